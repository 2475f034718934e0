// What waits for a person, one box at a time.

import { boxPicture, get } from "./api.js";
import { el, fill, select, speak, typing } from "./dom.js";
import { buttons, facts, historyLine, KEYS } from "./card.js";
import { outlined } from "./sheet.js";
import { badge, chip, correct, decision, fetchBox, span, toast, undoLast } from "./shared.js";
import { t } from "./texts.js";

/** Boxes fetched ahead of the one shown, pictures included. */
const AHEAD = 4;

export async function showQueue(main, form = "", column = "") {
  const view = new QueueView(main, form, column);
  await view.fetch();
  return view;
}

class QueueView {
  constructor(main, form, column) {
    Object.assign(this, { main, form, column, at: 0, spots: [], decided: 0, shown: null, said: "" });
    this.cache = new Map();
    this.sent = Promise.resolve();
    this.keys = (e) => this.key(e);
    document.addEventListener("keydown", this.keys);
  }

  leave() {
    document.removeEventListener("keydown", this.keys);
  }

  async fetch() {
    const told = await get("/api/queue", { form: this.form, column: this.column });
    this.spots = told.spots;
    this.at = 0;
    this.cache.clear();
    this.draw();
    await this.go(0);
  }

  /** Someone changed something: what was fetched ahead may be old. */
  async changed() {
    this.cache.clear();
    if (!this.spots.length) await this.fetch();
    else if (this.shown) await this.go(this.at, true);
  }

  draw() {
    this.place = el("p", { class: "place" });
    this.desk = el("div", { class: "desk" });
    const columns = [["", t("both")], ["self", t("self")], ["reviewer", t("reviewer")]];
    fill(
      this.main,
      el(
        "div",
        { class: "headline" },
        el("h1", { tabindex: -1 }, t("nav_queue")),
        this.place,
        select(t("column"), columns, this.column, (column) => {
          this.column = column;
          this.fetch().catch(toast);
        }),
        this.form ? el("a", { class: "button quiet", href: "#/queue" }, t("all_forms")) : null,
      ),
      this.desk,
    );
  }

  /** The box of a spot with its pictures loaded; asked for once. */
  load(index) {
    const spot = this.spots[index];
    if (!spot) return null;
    const key = `${spot.form}/${spot.item_id}/${spot.column}`;
    if (!this.cache.has(key)) {
      const seen = fetchBox(spot.form, spot.item_id, spot.column).then(withPictures);
      seen.catch(() => this.cache.delete(key));
      this.cache.set(key, seen);
    }
    return this.cache.get(key);
  }

  async go(index, quietly = false) {
    this.at = Math.max(0, Math.min(index, this.spots.length));
    const at = this.at;
    if (at === this.spots.length) {
      this.drawEnd();
      return;
    }
    try {
      const seen = await this.load(at);
      if (at !== this.at) return;
      this.shown = seen;
      this.drawBox(seen);
      if (!quietly) speak(this.spoken(seen));
      this.loadAhead();
    } catch (error) {
      toast(error);
      this.shown = null;
    }
  }

  spoken({ item, column, box }) {
    const said = this.said;
    this.said = "";
    return `${said} ${t("place", this.at + 1, this.spots.length)} (${item.item_no}) ${item.content} ${t(column)} ${t(box.state)}`;
  }

  drawPlace() {
    fill(
      this.place,
      this.spots.length ? t("place", Math.min(this.at + 1, this.spots.length), this.spots.length) : "",
      el("progress", { max: this.spots.length || 1, value: this.at, "aria-label": t("nav_queue") }),
      this.decided ? el("span", { class: "dim" }, t("decided_now", this.decided)) : "",
    );
  }

  drawEnd() {
    this.shown = null;
    this.drawPlace();
    fill(
      this.desk,
      el(
        "div",
        { class: "nothing" },
        el("p", {}, this.spots.length ? t("queue_end") : t("queue_done")),
        this.spots.length
          ? el("button", { type: "button", class: "main", onclick: () => this.fetch().catch(toast) }, t("again"))
          : null,
        el("a", { class: "button quiet", href: "#/forms" }, t("back_to_list")),
      ),
    );
  }

  drawBox(seen) {
    const pressed = this.desk.contains(document.activeElement)
      ? document.activeElement.getAttribute("aria-keyshortcuts")
      : null;
    this.drawPlace();
    fill(
      this.desk,
      el(
        "section",
        { class: "look", "aria-label": t("close_up") },
        closeUp(seen),
        buttons(seen.box, (state) => this.decide(state), () => this.undo()),
        this.steps(),
      ),
      about(seen),
      rowAround(seen),
    );
    this.desk.dataset.key = keyOf(seen);
    // Who works with buttons finds the same one under their fingers.
    if (pressed) this.desk.querySelector(`[aria-keyshortcuts="${pressed}"]`)?.focus();
  }

  steps() {
    const button = (label, key, shown, by) =>
      el(
        "button",
        { type: "button", class: "quiet", "aria-keyshortcuts": key, onclick: () => this.go(this.at + by) },
        label,
        el("kbd", {}, shown),
      );
    return el(
      "div",
      { class: "steps" },
      button(t("back"), "ArrowLeft", "←", -1),
      button(t("next"), "ArrowRight", "→", 1),
    );
  }

  /** Go on at once; the answer follows. Only what could not be kept brings the box back. */
  decide(state) {
    const seen = this.shown;
    if (!seen) return;
    this.shown = null;
    const at = this.at;
    this.decided += 1;
    this.said = decision(seen, state);
    this.go(at + 1);
    this.sent = this.sent.then(() => correct(seen, state)).then(
      (answer) => this.remember(answer.box),
      (error) => {
        this.decided -= 1;
        this.cache.delete(keyOf(seen));
        toast(error);
        return this.go(at);
      },
    );
  }

  undo() {
    this.sent = this.sent.then(undoLast).then(
      (answer) => {
        if (!answer) return null;
        this.decided = Math.max(0, this.decided - 1);
        const at = this.spots.findIndex((s) => isAt(s, answer.box));
        if (at >= 0) this.at = at;
        this.shown = answer.box;
        return this.remember(answer.box);
      },
      (error) => {
        toast(error);
        return this.changed();
      },
    );
  }

  /** Take in what a box is now. Others of its form are told with its totals: ask again. */
  remember(box) {
    for (const key of [...this.cache.keys()]) {
      if (key.startsWith(`${box.form}/`)) this.cache.delete(key);
    }
    this.cache.set(keyOf(box), withPictures(box));
    if (this.shown?.form === box.form) return this.go(this.at, true);
    this.loadAhead();
    return null;
  }

  loadAhead() {
    for (let n = 1; n <= AHEAD; n++) this.load(this.at + n);
  }

  key(event) {
    if (typing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (KEYS[event.key]) this.decide(KEYS[event.key]);
    else if (steps[event.key]) this.go(this.at + steps[event.key]);
    else if (event.key.toLowerCase() === "z") this.undo();
    else if (event.key.toLowerCase() === "o" && this.shown) location.hash = address(this.shown);
    else return;
    event.preventDefault();
  }
}

function keyOf({ form, item, column }) {
  return `${form}/${item.item_id}/${column}`;
}

function isAt(spot, box) {
  return spot.form === box.form && spot.item_id === box.item.item_id && spot.column === box.column;
}

function address(seen) {
  return `#/form/${keyOf(seen)}`;
}

/** The same box once its pictures are there and decoded, so that it can be shown at once. */
async function withPictures(seen) {
  const picture = async (kind) => {
    const image = el("img", { src: boxPicture(kind, seen.form, seen.item.item_id, seen.column) });
    await image.decode().catch(() => null);
    return image;
  };
  const [near, around] = await Promise.all([
    seen.box.rect && seen.strip ? picture("box") : null,
    seen.strip ? picture("strip") : null,
  ]);
  return { ...seen, near, around };
}

function closeUp({ item, column, near, strip }) {
  if (!near) return el("p", { class: "near none" }, strip ? t("row_missing") : t("no_picture"));
  near.className = "near";
  near.alt = `(${item.item_no}) ${t(column)}`;
  return near;
}

function about(seen) {
  const { item, column, totals } = seen;
  const other = column === "self" ? "reviewer" : "self";
  return el(
    "section",
    { class: "about" },
    el("h2", {}, `(${item.item_no}) ${t(column)}`),
    el("p", { class: "wording" }, item.content),
    el("p", { class: "dim" }, [item.section, item.indicator, item.nature].join(" · ")),
    facts(seen),
    el("p", { class: "pair" }, `${t(other)} `, chip(item[other].state, item[other].read_as !== null)),
    seen.history.length ? el("ol", { class: "history" }, seen.history.map((c) => historyLine(c))) : null,
    el(
      "div",
      { class: "of" },
      el("a", { href: address(seen) }, seen.form_id, el("kbd", {}, "O")),
      el("span", {}, seen.county || ""),
      badge(seen.verdict),
      el("span", { class: "sum" }, `${t("declared")} ${totals.declared ?? "–"} · ${t("counted")} ${span(totals.counted)}`),
    ),
  );
}

function rowAround(seen) {
  const { strip, item, column } = seen;
  if (!strip) return "";
  const chosen = `${item.item_id}/${column}`;
  const boxes = strip.boxes.map((b) => ({
    key: `${b.item_id}/${b.column}`,
    title: `(${Number.parseInt(b.item_id, 10)}) ${t(b.column)} ${t(b.state)}`,
    rect: b.rect,
    state: b.state,
    decided: b.read_as !== null,
  }));
  return el(
    "section",
    { class: "around", "aria-label": t("row") },
    outlined({
      image: seen.around,
      rect: strip.rect,
      turn: strip.turn,
      boxes,
      label: `${t("row")}: ${boxes.map((b) => b.title).join("; ")}`,
      chosen,
      pick: null,
    }),
  );
}
