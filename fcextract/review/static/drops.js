// Files dropped on the page, the export, and how far both are.

import { post, send } from "./api.js";
import { el, fill } from "./dom.js";
import { toast } from "./shared.js";
import { either, lang, t } from "./texts.js";

const sending = new Map();
let dismissed = 0;
let latest = [];

/** Take files that are dropped anywhere on the page. */
export function takeDrops() {
  const veil = el("div", { class: "veil", hidden: true }, t("drop_here"));
  document.body.append(veil);
  const carries = (e) => e.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    veil.textContent = t("drop_here");
    veil.hidden = false;
  });
  document.addEventListener("dragleave", (e) => {
    if (!e.relatedTarget) veil.hidden = true;
  });
  document.addEventListener("drop", (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    veil.hidden = true;
    take([...e.dataTransfer.files]);
  });
}

/** A button that does what dropping does, for the keyboard. */
export function addButton() {
  const input = el("input", {
    type: "file",
    multiple: true,
    hidden: true,
    onchange: () => take([...input.files]),
  });
  return el(
    "span",
    {},
    input,
    el("button", { type: "button", class: "quiet", onclick: () => input.click() }, t("add")),
  );
}

async function take(files) {
  for (const file of files) {
    const key = Symbol(file.name);
    const told = (share) => {
      sending.set(key, { name: file.name, share });
      draw();
    };
    told(0);
    try {
      await send(file, told);
    } catch (error) {
      toast(error);
    }
    sending.delete(key);
  }
  document.dispatchEvent(new Event("jobs"));
}

export async function startExport() {
  try {
    await post("/api/export", { lang: lang() });
    document.dispatchEvent(new Event("jobs"));
  } catch (error) {
    toast(error);
  }
}

/** Show the jobs that the program tells of. */
export function showJobs(jobs) {
  const was = JSON.stringify(latest);
  latest = jobs;
  if (JSON.stringify(jobs) !== was) draw();
}

function draw() {
  const panel = document.getElementById("jobs");
  const shown = latest.filter((j) => j.id > dismissed);
  const going = [...sending.values()];
  if (!shown.length && !going.length) {
    fill(panel);
    return;
  }
  const done = shown.filter((j) => j.state === "done" || j.state === "failed").length;
  const total = shown.length + going.length;
  fill(
    panel,
    el(
      "section",
      { "aria-label": t("jobs") },
      el("header", {}, el("h2", {}, t("jobs")), el("span", {}, `${done} / ${total}`), closer(shown)),
      el("progress", { max: total, value: done, "aria-label": t("jobs") }),
      el("ul", {}, going.map(line), shown.toReversed().map(told)),
    ),
  );
}

function closer(shown) {
  const close = () => {
    dismissed = Math.max(dismissed, ...shown.map((j) => j.id));
    draw();
  };
  return el("button", { type: "button", class: "quiet", onclick: close }, t("close"));
}

function line({ name, share }) {
  return el("li", {}, el("span", { class: "name" }, name), `${t("sending")} ${Math.round(100 * share)} %`);
}

function told(job) {
  const isExport = job.kind === "export";
  const words = { working: isExport ? "exporting" : "job_working", done: isExport ? "exported" : "job_done" };
  return el(
    "li",
    { class: job.state },
    el("span", { class: "name" }, isExport ? t("export") : job.name),
    el("span", { class: "how" }, t(words[job.state] || `job_${job.state}`)),
    job.state === "failed" ? el("p", {}, either(job)) : null,
  );
}
