// The frame of the page: the bar, which view is shown, and looking for changes.

import { get } from "./api.js";
import { el, fill, speak } from "./dom.js";
import { takeDrops, showJobs, startExport } from "./drops.js";
import { showForm } from "./form.js";
import { askEarly, showForms } from "./list.js";
import { showGallery } from "./gallery.js";
import { showQueue } from "./queue.js";
import { session, toast } from "./shared.js";
import { lang, setLanguage, t } from "./texts.js";

const VIEWS = { forms: showForms, form: showForm, queue: showQueue, gallery: showGallery };
const IDLE = 2500;
const BUSY = 600;

const frame = { view: null, place: null, name: "", version: -1, state: null, timer: 0 };

/** #/queue/<form> as a name and words. */
function address() {
  const [name, ...words] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return VIEWS[name] ? [name, words] : ["forms", []];
}

async function show() {
  const [name, words] = address();
  // Each has a place of its own: one that comes late draws where nobody looks any more.
  const place = el("div", {}, el("p", { class: "opening" }, t("loading")));
  const main = document.getElementById("main");
  frame.view?.leave?.();
  frame.view = null;
  frame.name = name;
  frame.place = place;
  fill(main, place);
  main.className = `view-${name}`;
  drawBar();
  try {
    const view = await VIEWS[name](place, ...words);
    if (frame.place === place) frame.view = view;
    else view.leave?.();
  } catch (error) {
    fill(place);
    toast(error);
  }
  place.querySelector("h1")?.focus();
}

function drawBar() {
  const link = (name, key, count) =>
    el(
      "a",
      { href: `#/${name}`, "aria-current": name === frame.name ? "page" : null },
      t(key),
      count ? el("span", { class: "count" }, count) : null,
    );
  const who = el("input", {
    value: session.who,
    maxlength: 60,
    title: t("who_hint"),
    onchange: () => {
      session.who = who.value.trim();
      localStorage.setItem("fcextract.who", session.who);
    },
  });
  const unwritten = frame.state?.unwritten;
  fill(
    document.getElementById("bar"),
    el("span", { class: "brand" }, el("b", {}, t("title")), el("small", {}, session.folder)),
    el(
      "nav",
      { "aria-label": t("nav") },
      link("forms", "nav_forms", frame.state?.forms),
      link("queue", "nav_queue", frame.state?.waiting),
      link("gallery", "nav_gallery"),
    ),
    el("label", { class: "who" }, t("who"), who),
    el(
      "button",
      { type: "button", class: "quiet", onclick: () => speakLanguage(lang() === "zh" ? "en" : "zh") },
      t("language"),
    ),
    el(
      "button",
      {
        type: "button",
        id: "export",
        class: unwritten ? "main due" : "main",
        title: unwritten ? t("unwritten") : t("export_hint"),
        onclick: startExport,
      },
      t("export"),
    ),
  );
  document.getElementById("skip").textContent = t("skip");
  document.title = `${t("title")} · ${session.folder}`;
}

function speakLanguage(chosen) {
  setLanguage(chosen);
  localStorage.setItem("fcextract.lang", chosen);
  show();
}

function take(state) {
  const before = frame.state;
  frame.state = state;
  showJobs(state.jobs);
  const shown = ["forms", "waiting", "unwritten"];
  if (!before || shown.some((k) => before[k] !== state[k])) {
    if (!document.activeElement?.closest("#bar")) drawBar();
  }
}

async function look() {
  clearTimeout(frame.timer);
  let busy = false;
  if (!document.hidden) {
    try {
      const state = await get("/api/state");
      take(state);
      busy = state.pending > 0 || state.jobs.some((j) => ["waiting", "working"].includes(j.state));
      if (frame.version >= 0 && state.version !== frame.version) frame.view?.changed?.(state);
      frame.version = state.version;
    } catch (error) {
      if (frame.version !== -2) toast(error);
      frame.version = -2;
    }
  }
  frame.timer = setTimeout(look, busy ? BUSY : IDLE);
}

document.addEventListener("state", ({ detail }) => {
  take(detail);
  frame.version = detail.version;
});
document.addEventListener("visibilitychange", look);
document.addEventListener("jobs", look);
window.addEventListener("hashchange", show);

async function start() {
  // The token has become a cookie; it need not stay in the address for all to see.
  history.replaceState(null, "", `/${location.hash}`);
  if (address()[0] === "forms") askEarly();
  const told = await get("/api/start");
  session.codes = told.codes;
  session.folder = told.folder;
  session.who = localStorage.getItem("fcextract.who") || told.who;
  setLanguage(localStorage.getItem("fcextract.lang") || told.lang);
  takeDrops();
  look();
  await show();
  speak(t("title"));
}

start().catch(toast);
