// What several views show alike, and what they all do: correct a box, take it back.

import { get, post, Refusal } from "./api.js";
import { el, speak } from "./dom.js";
import { either, t } from "./texts.js";

export const STATES = ["checked", "empty", "uncertain", "missing"];
const GLYPHS = { checked: "✓", empty: "□", uncertain: "?", missing: "–" };

/** Who signs, what each code means, and what this page has decided, latest last. */
export const session = { who: "", codes: {}, folder: "", decided: [] };

/** A state as a word with its sign and colour. */
export function chip(state, decided = false) {
  return el(
    "span",
    { class: `chip ${state}${decided ? " decided" : ""}` },
    el("span", { class: "glyph", "aria-hidden": "true" }, GLYPHS[state]),
    t(state),
  );
}

/** A verdict or status as a coloured word. */
export function badge(word) {
  return el("span", { class: `badge ${word}` }, t(word));
}

/** A count, or the range that unread boxes leave. */
export function span(count) {
  return count.min === count.max ? String(count.total) : `${count.min}…${count.max}`;
}

/** Tell of something that went wrong, until it is closed or a while has passed. */
export function toast(error) {
  const told = error instanceof Refusal ? error.told : { zh: String(error), en: String(error) };
  const head = error.status === 409 ? el("strong", {}, t("conflict")) : null;
  const box = el(
    "div",
    { class: "toast" },
    head,
    el("p", {}, either(told)),
    el("button", { type: "button", onclick: () => box.remove() }, t("close")),
  );
  document.getElementById("toasts").append(box);
  setTimeout(() => box.remove(), 20000);
}

export function fetchBox(form, item, column) {
  return get(`/api/forms/${form}/${item}/${column}`);
}

/** What is said aloud of a decision. */
export function decision(seen, state) {
  return t("set_to", `(${seen.item.item_no})`, t(seen.column), t(state));
}

/** Say that a box is in `state`; gives what follows from it. `seen` is the box as shown. */
export async function correct(seen, state, why = "") {
  const answer = await post("/api/correct", {
    form: seen.form,
    item_id: seen.item.item_id,
    column: seen.column,
    old: seen.box.state,
    new: state,
    who: session.who,
    why,
  });
  session.decided.push(answer.box);
  tell(answer);
  return answer;
}

/** Take back the correction of a box that stands. */
export async function undo(seen) {
  const answer = await post("/api/undo", {
    form: seen.form,
    item_id: seen.item.item_id,
    column: seen.column,
    at: seen.standing.at,
    new: seen.standing.new,
    who: session.who,
  });
  session.decided = session.decided.filter((d) => !same(d, seen));
  speak(t("undone", `(${seen.item.item_no})`, t(seen.column), t(answer.box.box.state)));
  tell(answer);
  return answer;
}

/** Take back what this page decided last; gives what follows, or null. */
export async function undoLast() {
  const last = session.decided.at(-1);
  return last ? undo(last) : null;
}

export function same(a, b) {
  return a.form === b.form && a.item.item_id === b.item.item_id && a.column === b.column;
}

function tell(answer) {
  document.dispatchEvent(new CustomEvent("state", { detail: answer.state }));
}
