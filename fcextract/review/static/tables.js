// The three tables beside a form's pages: items, findings, corrections.

import { boxPicture } from "./api.js";
import { el } from "./dom.js";
import { historyLine } from "./card.js";
import { chip } from "./shared.js";
import { either, t } from "./texts.js";

const BY_BOX = ["box-uncertain", "box-missing", "readers-disagree", "mark-outside-box", "mark-cancelled"];

/** Every item with the states of its two boxes; arrow keys move between those. */
export function items(form, pick, chosen) {
  const rows = [];
  let section = "";
  for (const item of form.items) {
    if (item.section !== section) {
      section = item.section;
      rows.push(el("tr", { class: "section" }, el("th", { colspan: 4, scope: "rowgroup" }, section)));
    }
    rows.push(row(item, pick, chosen));
  }
  const heads = ["number", "content", "self", "reviewer"];
  return el(
    "table",
    { class: "items", onkeydown: move },
    el("thead", {}, el("tr", {}, heads.map((h) => el("th", { scope: "col" }, t(h))))),
    el("tbody", {}, rows),
  );
}

function row(item, pick, chosen) {
  const cell = (column) => {
    const key = `${item.item_id}/${column}`;
    const on = key === chosen;
    const box = item[column];
    return el(
      "td",
      {},
      el(
        "button",
        {
          type: "button",
          class: "state",
          "data-key": key,
          "aria-current": on ? "true" : null,
          "aria-label": `(${item.item_no}) ${t(column)} ${t(box.state)}`,
          tabindex: on || (!chosen && key === "001/self") ? 0 : -1,
          onclick: () => pick(key),
        },
        chip(box.state, box.read_as !== null),
      ),
    );
  };
  const differs = item.printed && item.printed.replace(/\s/g, "") !== item.content.replace(/\s/g, "");
  return el(
    "tr",
    { class: chosen.startsWith(`${item.item_id}/`) ? "on" : "" },
    el("th", { scope: "row" }, `(${item.item_no})`),
    el(
      "td",
      { class: "words" },
      item.content,
      el("small", {}, item.nature),
      item.found ? null : el("small", { class: "warn" }, t("row_missing")),
      differs ? el("small", {}, t("printed_differs", item.printed)) : null,
      item.keyword ? el("small", {}, item.keyword) : null,
      item.remark ? el("small", {}, item.remark) : null,
    ),
    cell("self"),
    cell("reviewer"),
  );
}

/** Arrow keys from state to state. */
function move(event) {
  const step = { ArrowUp: -2, ArrowDown: 2, ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step || !event.target.matches("button.state")) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll("button.state")];
  const next = all[all.indexOf(event.target) + step];
  if (!next) return;
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** What is true of the form and should be known, with its evidence. */
export function findings(form, pick, chosen, codes) {
  const groups = new Map();
  for (const f of form.findings) groups.set(f.code, [...(groups.get(f.code) || []), f]);
  return el(
    "div",
    { class: "findings" },
    hints(form, pick),
    form.findings.length ? null : el("p", { class: "nothing" }, t("no_findings")),
    [...groups].map(([code, found]) =>
      el(
        "details",
        { open: found.length <= 12 },
        el(
          "summary",
          { class: found[0].severity },
          either(codes[code].title),
          el("span", { class: "count" }, found.length),
        ),
        el("p", { class: "dim" }, either(codes[code].text)),
        el("ul", {}, found.map((f) => finding(form, f, pick))),
      ),
    ),
  );
}

/** What would explain a contradiction, and how far the readings hold. */
function hints(form, pick) {
  const { wrong_boxes, at_risk } = form.certainty;
  const lines = form.hints.map((h) =>
    el(
      "li",
      {},
      el("span", {}, either({ zh: h.message_zh, en: h.message_en })),
      h.items.map((id) =>
        el("button", { type: "button", class: "link", onclick: () => pick(`${id}/self`) }, `(${Number.parseInt(id, 10)})`),
      ),
    ),
  );
  return el(
    "div",
    { class: "hints" },
    lines.length ? [el("h3", {}, t("hints")), el("ul", {}, lines)] : null,
    el("p", { class: "dim" }, t("expected_wrong", wrong_boxes.toFixed(2)), at_risk ? ` ${t("at_risk")}` : ""),
  );
}

function finding(form, f, pick) {
  const column = f.computed.startsWith("reviewer ") ? "reviewer" : "self";
  const item = form.items.find((x) => x.item_id === f.item_id);
  const shown = item && BY_BOX.includes(f.code) && item[column].rect && form.pages.length;
  const words = either({ zh: f.message_zh, en: f.message_en });
  return el(
    "li",
    {},
    shown
      ? el("img", { src: boxPicture("thumb", form.id, f.item_id, column), alt: "", loading: "lazy" })
      : null,
    item
      ? el("button", { type: "button", class: "link", onclick: () => pick(`${f.item_id}/${column}`) }, words)
      : el("span", {}, words),
  );
}

/** Every correction of the form, oldest first. */
export function history(form) {
  if (!form.history.length) return el("p", { class: "nothing" }, t("no_history"));
  return el(
    "ol",
    { class: "history" },
    form.history.map((c) => historyLine(c, `(${Number.parseInt(c.item_id, 10)}) ${t(c.column)}`)),
  );
}
