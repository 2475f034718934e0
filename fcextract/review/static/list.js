// The list of forms: filters, sorting, fifty at a time.

import { get } from "./api.js";
import { el, fill, select } from "./dom.js";
import { addButton } from "./drops.js";
import { badge, session, span } from "./shared.js";
import { either, t } from "./texts.js";

const A_PAGE = 50;
/** Chinese goes by pinyin; one comparer for all, since each takes a while to make. */
const WORDS = new Intl.Collator("zh");
const VERDICTS = ["inconsistent", "unverifiable", "undeclared", "consistent"];
/** Kept while the page is open, so that coming back finds the list as it was. */
const chosen = { text: "", verdict: "", status: "", county: "", code: "", sort: "form_id", up: true, page: 0 };

const COLUMNS = [
  ["form_id", "form", (x) => x.form_id],
  ["county", "county", (x) => x.county || ""],
  ["status", "status", (x) => x.status],
  ["verdict", "verdict", (x) => VERDICTS.indexOf(x.verdict)],
  ["declared", "declared", (x) => x.declared_total ?? -1, "n"],
  ["counted", "counted", (x) => x.self_total, "n"],
  ["difference", "difference", (x) => Math.abs(gap(x) ?? 0), "n"],
  ["binding", "binding", (x) => x.self_binding, "n"],
  ["guiding", "guiding", (x) => x.self_guiding, "n"],
  ["reviewer", "reviewer", (x) => x.reviewer_total, "n"],
  ["waiting", "waiting", (x) => x.waiting, "n"],
  ["findings", "findings", (x) => count(x), "n"],
];

/** How far the declared total lies outside what the ticks leave open; null where unknown. */
function gap(x) {
  if (x.declared_total === null) return null;
  if (x.declared_total > x.self_total_max) return x.declared_total - x.self_total_max;
  return Math.min(0, x.declared_total - x.self_total_min);
}

function count(x) {
  return Object.values(x.codes).reduce((a, b) => a + b, 0);
}

let early = null;

/** Ask for the list before anything else is known: it is what most starts show first. */
export function askEarly() {
  early = get("/api/forms");
  early.catch(() => null);
}

export async function showForms(main) {
  let told = await (early || get("/api/forms"));
  early = null;
  const table = el("div", {});
  const tiles = el("div", { class: "tiles" });
  const filters = el("div", { class: "filters" });
  const heading = el("h1", { tabindex: -1 }, t("nav_forms"));
  const hint = el("p", { class: "making", role: "status" });
  const draw = () => {
    drawTiles(tiles, told, refresh);
    drawTable(table, told, refresh);
    hint.textContent = told.pending
      ? t("making", told.forms - told.pending, told.forms)
      : "";
  };
  function refresh(change = {}) {
    Object.assign(chosen, { page: 0 }, change);
    draw();
  }
  fill(
    main,
    el("div", { class: "headline" }, heading, hint, addButton()),
    tiles,
    filters,
    table,
  );
  drawFilters(filters, told, refresh);
  draw();
  return {
    async changed() {
      told = await get("/api/forms");
      if (!filters.contains(document.activeElement)) drawFilters(filters, told, refresh);
      draw();
    },
  };
}

function drawTiles(place, told, refresh) {
  const tally = (test) => told.lines.filter(test).length;
  const tile = (label, number, kind, change, on) =>
    el(
      "button",
      { type: "button", class: `tile ${kind}`, "aria-pressed": String(on), onclick: () => refresh(change) },
      el("b", {}, number),
      el("span", {}, label),
    );
  fill(
    place,
    tile(t("all"), told.lines.length, "all", { verdict: "", status: "" }, !chosen.verdict && !chosen.status),
    VERDICTS.map((v) =>
      tile(t(v), tally((x) => x.verdict === v), v, { verdict: v, status: "" }, chosen.verdict === v),
    ),
    tile(t("review"), tally((x) => x.status === "review"), "review", { status: "review", verdict: "" }, chosen.status === "review"),
    told.failures.length
      ? el("a", { class: "tile failed", href: "#failures", onclick: jump }, el("b", {}, told.failures.length), el("span", {}, t("failed")))
      : null,
  );
}

function jump(event) {
  event.preventDefault();
  document.getElementById("failures").scrollIntoView({ behavior: "smooth" });
}

function drawFilters(place, told, refresh) {
  const search = el("input", {
    type: "search",
    value: chosen.text,
    placeholder: t("search_hint"),
    oninput: () => refresh({ text: search.value }),
  });
  const counties = [...new Set(told.lines.map((x) => x.county).filter(Boolean))].sort(WORDS.compare);
  const codes = Object.keys(session.codes).filter((c) => told.lines.some((x) => x.codes[c]));
  fill(
    place,
    el("label", { class: "field wide" }, el("span", {}, t("search")), search),
    select(t("county"), [["", t("all")], ...counties.map((c) => [c, c])], chosen.county, (county) => refresh({ county })),
    select(
      t("finding"),
      [["", t("all")], ...codes.map((c) => [c, either(session.codes[c].title)])],
      chosen.code,
      (code) => refresh({ code }),
    ),
    el(
      "button",
      {
        type: "button",
        class: "quiet",
        onclick: () => {
          refresh({ text: "", county: "", code: "", verdict: "", status: "" });
          drawFilters(place, told, refresh);
        },
      },
      t("clear"),
    ),
  );
}

function matching(lines) {
  const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = lines.filter((x) => {
    const text = `${x.form_id} ${x.source} ${x.county || ""}`.toLowerCase();
    return (
      words.every((w) => text.includes(w)) &&
      (!chosen.verdict || x.verdict === chosen.verdict) &&
      (!chosen.status || x.status === chosen.status) &&
      (!chosen.county || x.county === chosen.county) &&
      (!chosen.code || x.codes[chosen.code])
    );
  });
  const value = COLUMNS.find(([name]) => name === chosen.sort)[2];
  const sign = chosen.up ? 1 : -1;
  const compare = (a, b) => (typeof a === "number" ? a - b : WORDS.compare(a, b));
  return found.sort((a, b) => sign * compare(value(a), value(b)) || WORDS.compare(a.source, b.source));
}

function drawTable(place, told, refresh) {
  const found = matching(told.lines);
  const first = chosen.page * A_PAGE;
  const shown = found.slice(first, first + A_PAGE);
  const empty = told.lines.length ? t("no_forms") : told.pending ? "" : t("nothing_read");
  fill(
    place,
    shown.length
      ? el(
          "div",
          { class: "scroll" },
          el(
            "table",
            { class: "forms" },
            el("thead", {}, el("tr", {}, COLUMNS.map((c) => header(c, refresh)))),
            el("tbody", {}, shown.map(row)),
          ),
        )
      : el("p", { class: "nothing" }, empty),
    found.length > A_PAGE || found.length !== told.lines.length ? pager(found.length, first, refresh) : "",
    told.failures.length ? failures(told.failures) : "",
  );
}

function header([name, key, , kind], refresh) {
  const on = chosen.sort === name;
  const sort = () => refresh({ sort: name, up: on ? !chosen.up : kind !== "n" });
  return el(
    "th",
    { scope: "col", class: kind || "", "aria-sort": on ? (chosen.up ? "ascending" : "descending") : "none" },
    el(
      "button",
      { type: "button", onclick: sort, title: t("sort_by", t(key)) },
      t(key),
      el("span", { "aria-hidden": "true", class: "arrow" }, on ? (chosen.up ? "▲" : "▼") : ""),
    ),
  );
}

function row(x) {
  const range = (part) => span({ total: x[part], min: x[`${part}_min`], max: x[`${part}_max`] });
  const pair = (part) => {
    const declared = x[`declared_${part}`];
    return el(
      "td",
      { class: "n" },
      el("span", { class: "dim", title: t("declared") }, declared ?? "–"),
      " / ",
      range(`self_${part}`),
    );
  };
  const off = gap(x);
  return el(
    "tr",
    { class: x.status },
    el(
      "th",
      { scope: "row" },
      el("a", { href: `#/form/${x.id}` }, x.form_id),
      el("small", {}, x.source),
    ),
    el("td", {}, x.county || "–"),
    el("td", {}, badge(x.status)),
    el("td", {}, badge(x.verdict)),
    el("td", { class: "n" }, x.declared_total ?? "–"),
    el("td", { class: "n" }, range("self_total")),
    el("td", { class: `n${off ? " off" : ""}` }, off === null ? "–" : off > 0 ? `+${off}` : off),
    pair("binding"),
    pair("guiding"),
    el("td", { class: "n" }, range("reviewer_total")),
    el("td", { class: "n" }, x.waiting ? el("a", { class: "todo", href: `#/queue/${x.id}` }, x.waiting) : "–"),
    el("td", { class: "n" }, count(x) || "–"),
  );
}

function pager(total, first, refresh) {
  const turn = (by) => {
    chosen.page += by;
    refresh({ page: chosen.page });
  };
  const last = Math.min(first + A_PAGE, total);
  return el(
    "div",
    { class: "pager" },
    el("span", { role: "status" }, total ? t("of_forms", total, first + 1, last) : ""),
    el("button", { type: "button", class: "quiet", disabled: !first, onclick: () => turn(-1) }, t("previous_page")),
    el("button", { type: "button", class: "quiet", disabled: last >= total, onclick: () => turn(1) }, t("next_page")),
  );
}

function failures(found) {
  return el(
    "section",
    { id: "failures", class: "failures" },
    el("h2", {}, t("failures")),
    el("ul", {}, found.map((f) => el("li", {}, el("b", {}, f.source), " ", either(f)))),
  );
}
