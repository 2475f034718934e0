// One box: what it was read as, what it stands as, who said so, and the keys to change it.

import { el } from "./dom.js";
import { chip } from "./shared.js";
import { lang, t, when } from "./texts.js";

/** The states a person can give, by key. */
export const KEYS = { 1: "checked", 2: "empty", 3: "uncertain" };

/** The three buttons and undo. `decide` is told a state, `undo` nothing; undo may be null. */
export function buttons(box, decide, undo) {
  const button = ([key, state]) =>
    el(
      "button",
      {
        type: "button",
        class: `decide ${state}`,
        "aria-keyshortcuts": key,
        "aria-pressed": String(box.read_as !== null && box.state === state),
        onclick: () => decide(state),
      },
      t(state === "uncertain" ? "cannot_tell" : state),
      el("kbd", {}, key),
    );
  return el(
    "div",
    { class: "buttons", role: "group", "aria-label": t("keep_as") },
    Object.entries(KEYS).map(button),
    undo
      ? el("button", { type: "button", class: "quiet", "aria-keyshortcuts": "z", onclick: undo }, t("undo"), el("kbd", {}, "Z"))
      : null,
  );
}

/** What is known of the box, as a list of terms. */
export function facts(seen) {
  const { box, standing } = seen;
  const reason = lang() === "zh" ? box.reason_zh : box.reason_en;
  const read = box.read_as || box.state;
  const pairs = [
    [t("read_as"), chip(read)],
    box.read_as ? [t("now"), chip(box.state, true)] : null,
    standing ? [t("corrected_by", standing.who || "–"), `${when(standing.at)} ${standing.why}`] : null,
    box.read_as ? null : [t("certainty"), box.confidence.toFixed(3)],
    box.readers.length && !box.read_as ? [t("read_by"), box.readers.join(" + ")] : null,
    reason && !box.read_as ? [t("reason"), reason] : null,
  ];
  return el(
    "dl",
    { class: "facts" },
    pairs.filter(Boolean).map(([term, value]) => el("div", {}, el("dt", {}, term), el("dd", {}, value))),
  );
}

/** One correction as a line of a history. */
export function historyLine(c, where = "") {
  const head = [when(c.at), c.who].filter(Boolean).join(" · ");
  const words = c.undo ? t("undo_line", head, where, t(c.new)) : t("correct_line", head, `${where} ${t(c.old)}`, t(c.new));
  return el("li", { class: c.undo ? "undone" : "" }, words, c.why ? el("q", {}, c.why) : null);
}
