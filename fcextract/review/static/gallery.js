// All boxes of one state as small pictures, the least certain first.

import { boxPicture, get } from "./api.js";
import { el, fill, select, speak, typing } from "./dom.js";
import { KEYS } from "./card.js";
import { STATES, chip, correct, decision, fetchBox, toast, undo } from "./shared.js";
import { t } from "./texts.js";

const A_PAGE = 120;

export async function showGallery(main, state = "uncertain", column = "", form = "") {
  const view = new GalleryView(main, STATES.includes(state) ? state : "uncertain", column, form);
  await view.draw();
  return view;
}

class GalleryView {
  constructor(main, state, column, form) {
    Object.assign(this, { main, state, column, form, first: 0, total: 0 });
    this.done = [];
    this.keys = (e) => this.key(e);
    document.addEventListener("keydown", this.keys);
  }

  leave() {
    document.removeEventListener("keydown", this.keys);
  }

  async draw() {
    this.grid = el("div", { class: "grid", role: "group", "aria-label": t("nav_gallery") });
    this.foot = el("div", { class: "foot" });
    const go = (state, column) => {
      location.hash = `#/gallery/${state}/${column}/${this.form}`;
    };
    const columns = [["", t("both")], ["self", t("self")], ["reviewer", t("reviewer")]];
    fill(
      this.main,
      el(
        "div",
        { class: "headline" },
        el("h1", { tabindex: -1 }, t("nav_gallery")),
        el(
          "div",
          { class: "choices", role: "group", "aria-label": t("status") },
          STATES.map((s) =>
            el(
              "button",
              { type: "button", "aria-pressed": String(s === this.state), onclick: () => go(s, this.column) },
              chip(s),
            ),
          ),
        ),
        select(t("column"), columns, this.column, (column) => go(this.state, column)),
        this.form ? el("a", { class: "button quiet", href: `#/gallery/${this.state}` }, t("all_forms")) : null,
        el("p", { class: "dim" }, t("sweep")),
      ),
      this.grid,
      this.foot,
    );
    await this.more();
  }

  async more() {
    const asked = { state: this.state, column: this.column, form: this.form, first: this.first, most: A_PAGE };
    const told = await get("/api/gallery", asked);
    this.total = told.total;
    this.first += told.spots.length;
    const tiles = told.spots.map((s) => this.tile(s));
    this.grid.append(...tiles);
    if (this.grid.firstChild && !this.grid.querySelector('[tabindex="0"]')) this.grid.firstChild.tabIndex = 0;
    const left = Math.min(A_PAGE, this.total - this.first);
    fill(
      this.foot,
      this.total ? el("span", {}, t("boxes_shown", this.total, this.first)) : el("p", { class: "nothing" }, t("none_of_state")),
      left > 0
        ? el("button", { type: "button", class: "main", onclick: () => this.more().catch(toast) }, t("more", left, this.total))
        : "",
    );
  }

  tile(spot) {
    const words = `(${Number.parseInt(spot.item_id, 10)}) ${t(spot.column)}`;
    const tile = el(
      "button",
      {
        type: "button",
        class: "tile",
        tabindex: -1,
        "aria-label": `${spot.name} ${words} ${t(spot.state)} ${(spot.certainty / 1e4).toFixed(3)}`,
        onclick: () => this.focus(tile),
        ondblclick: () => this.open(spot),
      },
      spot.placed
        ? el("img", { src: boxPicture("thumb", spot.form, spot.item_id, spot.column), alt: "", loading: "lazy", width: 120, height: 84 })
        : el("span", { class: "none" }, "–"),
      el("span", { class: "cap" }, words, el("span", { class: "dim" }, (spot.certainty / 1e4).toFixed(3))),
      el("span", { class: "now" }, spot.decided ? chip(spot.state, true) : ""),
      el("small", {}, spot.name),
    );
    tile.spot = spot;
    return tile;
  }

  focus(tile) {
    this.grid.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
    tile.tabIndex = 0;
    tile.focus();
  }

  open(spot) {
    location.hash = `#/form/${spot.form}/${spot.item_id}/${spot.column}`;
  }

  key(event) {
    if (typing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key.toLowerCase() === "z") this.takeBack();
    const tile = document.activeElement?.closest(".grid .tile");
    if (!tile) return;
    if (event.key === "Enter") this.open(tile.spot);
    else if (KEYS[event.key]) this.decide(tile, KEYS[event.key]);
    else if (event.key.startsWith("Arrow")) this.move(tile, event.key);
    else return;
    event.preventDefault();
  }

  move(tile, key) {
    const all = [...this.grid.children];
    const top = all[0].offsetTop;
    const across = all.findIndex((x) => x.offsetTop !== top);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[key];
    const next = all[all.indexOf(tile) + step];
    if (next) this.focus(next);
  }

  async decide(tile, state) {
    const { spot } = tile;
    const seen = {
      form: spot.form,
      item: { item_id: spot.item_id, item_no: Number.parseInt(spot.item_id, 10) },
      column: spot.column,
      box: { state: spot.state },
    };
    try {
      const { box } = await correct(seen, state);
      speak(decision(seen, state));
      this.done.push(tile);
      this.show(tile, box);
    } catch (error) {
      toast(error);
      this.show(tile, await fetchBox(spot.form, spot.item_id, spot.column));
    }
  }

  async takeBack() {
    const tile = this.done.pop();
    if (!tile) return;
    const { spot } = tile;
    try {
      const { box } = await undo(await fetchBox(spot.form, spot.item_id, spot.column));
      this.show(tile, box);
      this.focus(tile);
    } catch (error) {
      toast(error);
    }
  }

  show(tile, { box }) {
    tile.spot.state = box.state;
    tile.classList.toggle("done", box.read_as !== null);
    fill(tile.querySelector(".now"), box.read_as !== null ? chip(box.state, true) : "");
  }
}
