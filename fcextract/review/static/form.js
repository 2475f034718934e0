// One form: its pages with every box outlined, and the table beside them.

import { boxPicture, get } from "./api.js";
import { el, fill, speak, typing } from "./dom.js";
import { buttons, facts, KEYS } from "./card.js";
import { outlinedPages } from "./pages.js";
import { findings, history, items } from "./tables.js";
import { badge, correct, decision, fetchBox, session, span, toast, undo } from "./shared.js";
import { t } from "./texts.js";

const PARTS = ["total", "binding", "guiding"];

export async function showForm(main, id, item, column) {
  const view = new FormView(main, await get(`/api/forms/${id}`));
  view.draw();
  if (item && column) await view.pick(`${item}/${column}`, true);
  return view;
}

class FormView {
  constructor(main, form) {
    this.main = main;
    this.form = form;
    this.tab = "items";
    this.seen = null;
    this.keys = (e) => this.key(e);
    document.addEventListener("keydown", this.keys);
  }

  leave() {
    document.removeEventListener("keydown", this.keys);
  }

  async changed() {
    this.form = await get(`/api/forms/${this.form.id}`);
    if (this.seen) this.seen = await fetchBox(this.form.id, this.seen.item.item_id, this.seen.column);
    this.update();
  }

  draw() {
    this.head = el("div", { class: "headline" });
    this.totals = el("div", {});
    this.card = el("section", { class: "card", "aria-live": "polite" });
    this.tabs = el("div", { class: "tabs", role: "tablist", onkeydown: (e) => this.turn(e) });
    this.panel = el("div", { class: "panel", role: "tabpanel", id: "panel" });
    this.pages = outlinedPages(this.form, (key) => this.pick(key));
    fill(
      this.main,
      this.head,
      el(
        "div",
        { class: "split" },
        this.pages.place,
        el("div", { class: "side" }, this.totals, this.card, this.tabs, this.panel),
      ),
    );
    this.update();
  }

  update() {
    const form = this.form;
    fill(
      this.head,
      el("a", { class: "backlink", href: "#/forms" }, `← ${t("back_to_list")}`),
      el("h1", { tabindex: -1 }, form.form_id),
      el("span", { class: "county" }, form.county || ""),
      badge(form.verdict),
      form.status === "review" ? badge("review") : null,
      el("span", { class: "dim file" }, form.source),
      waiting(form)
        ? el("a", { class: "button main", href: `#/queue/${form.id}` }, t("review_this", waiting(form)))
        : null,
    );
    fill(this.totals, totals(form), about(form));
    this.pages.update(form);
    this.drawCard();
    this.drawTabs();
  }

  drawCard() {
    if (!this.seen) {
      fill(this.card, el("p", { class: "dim" }, t("pick_box")));
      return;
    }
    const { item, column, box } = this.seen;
    const typed = this.note?.dataset.key === this.chosen() ? this.note.value : "";
    const writing = document.activeElement === this.note;
    const note = el("input", { maxlength: 200, placeholder: t("why_hint"), value: typed, "data-key": this.chosen() });
    this.note = note;
    fill(
      this.card,
      box.rect && this.form.pages.length
        ? el("img", { class: "near", src: boxPicture("thumb", this.form.id, item.item_id, column), alt: t("close_up") })
        : "",
      el(
        "div",
        { class: "about" },
        el("h2", {}, `(${item.item_no}) ${t(column)}`),
        el("p", { class: "wording" }, item.content),
        facts(this.seen),
        el("label", { class: "note" }, t("why"), note),
        buttons(box, (state) => this.decide(state), this.seen.standing ? () => this.takeBack() : null),
      ),
    );
    if (writing) note.focus();
  }

  drawTabs() {
    const counts = { items: this.form.items.length, findings: this.form.findings.length, history: this.form.history.length };
    const draw = { items, findings, history }[this.tab];
    fill(
      this.tabs,
      ...Object.keys(counts).map((name) =>
        el(
          "button",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(name === this.tab),
            "aria-controls": "panel",
            tabindex: name === this.tab ? 0 : -1,
            onclick: () => this.open(name),
          },
          t(name),
          el("span", { class: "count" }, counts[name]),
        ),
      ),
    );
    const top = this.panel.scrollTop;
    const focused = this.panel.contains(document.activeElement);
    fill(this.panel, draw(this.form, (key) => this.pick(key, true), this.chosen(), session.codes));
    this.panel.scrollTop = top;
    if (focused) this.panel.querySelector('[aria-current="true"]')?.focus();
  }

  open(name) {
    this.tab = name;
    this.drawTabs();
    this.tabs.querySelector('[aria-selected="true"]').focus();
  }

  /** Arrow keys from tab to tab. */
  turn(event) {
    const names = ["items", "findings", "history"];
    const step = { ArrowLeft: 2, ArrowRight: 1 }[event.key];
    if (step) this.open(names[(names.indexOf(this.tab) + step) % names.length]);
  }

  chosen() {
    return this.seen ? `${this.seen.item.item_id}/${this.seen.column}` : "";
  }

  /** Choose a box, from the page or from a table; the other one shows it too. */
  async pick(key, fromTable = false) {
    const [item, column] = key.split("/");
    if (column !== "self" && column !== "reviewer") {
      this.open("findings");
      return;
    }
    try {
      this.seen = await fetchBox(this.form.id, item, column);
    } catch (error) {
      toast(error);
      return;
    }
    this.pages.choose(key, this.seen.item.page);
    this.drawCard();
    if (this.tab !== "items" && !fromTable) this.tab = "items";
    this.drawTabs();
    const cell = this.panel.querySelector('[aria-current="true"]');
    cell?.scrollIntoView({ block: "nearest" });
    if (!fromTable) cell?.focus({ preventScroll: true });
  }

  async decide(state) {
    const { seen, note } = this;
    await this.change(async () => {
      const answer = await correct(seen, state, note.value.trim());
      speak(decision(seen, state));
      return answer;
    });
  }

  async takeBack() {
    await this.change(() => undo(this.seen));
  }

  async change(act) {
    try {
      const { box, summary } = await act();
      this.note.value = "";
      const at = this.form.items.findIndex((x) => x.item_id === box.item.item_id);
      const others = this.form.history.filter((c) => c.item_id !== box.item.item_id || c.column !== box.column);
      this.form = { ...this.form, ...summary };
      this.form.items[at] = box.item;
      this.form.history = [...others, ...box.history].sort((a, b) => a.at.localeCompare(b.at));
      this.seen = box;
      this.update();
    } catch (error) {
      toast(error);
      await this.changed();
    }
  }

  key(event) {
    if (typing(event) || event.ctrlKey || event.altKey || event.metaKey || !this.seen) return;
    if (KEYS[event.key]) this.decide(KEYS[event.key]);
    else if (event.key.toLowerCase() === "z" && this.seen.standing) this.takeBack();
  }
}

function waiting(form) {
  return form.items
    .flatMap((x) => [x.self, x.reviewer])
    .filter((b) => b.read_as === null && (b.state === "uncertain" || b.state === "missing")).length;
}

function totals(form) {
  const line = (label, cells) => el("tr", {}, el("th", { scope: "row" }, label), cells);
  const figures = (count, of, rate) =>
    el(
      "td",
      {},
      el("b", {}, count ?? "–"),
      of === null || of === undefined ? "" : ` / ${of}`,
      rate === null || rate === undefined ? "" : el("span", { class: "dim" }, ` ${rate.toFixed(2)} %`),
    );
  const counted = (who) =>
    PARTS.map((p) => {
      const c = form.counts[who][p];
      const off = who === "self" && outside(form, p) ? "off" : "";
      const cell = figures(span(c), c.of, c.min === c.max ? c.rate : null);
      cell.className = off;
      return cell;
    });
  return el(
    "table",
    { class: "totals" },
    el("thead", {}, el("tr", {}, el("td", {}), PARTS.map((p) => el("th", { scope: "col" }, t(p))))),
    el(
      "tbody",
      {},
      line(t("declared"), PARTS.map((p) => figures(...(form.declared?.[p] || [])))),
      line(`${t("counted")} · ${t("self")}`, counted("self")),
      line(`${t("counted")} · ${t("reviewer")}`, counted("reviewer")),
    ),
  );
}

function about(form) {
  const known = [
    [t("resettled"), form.resettled_population?.toLocaleString()],
    [t("talents"), form.talents_introduced?.toLocaleString()],
    [t("edition"), form.edition],
  ];
  return el(
    "dl",
    { class: "facts dim" },
    known.filter(([, value]) => value).map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value))),
  );
}

function outside(form, part) {
  const declared = form.declared?.[part]?.[0];
  const count = form.counts.self[part];
  return typeof declared === "number" && (declared < count.min || declared > count.max);
}
