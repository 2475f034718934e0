// The pages of a form, one at a time, with a bar to turn and to enlarge them.

import { pagePicture } from "./api.js";
import { el, fill, select } from "./dom.js";
import { choose, outlined } from "./sheet.js";
import { STATES, chip } from "./shared.js";
import { t } from "./texts.js";

const ZOOMS = [100, 140, 200, 280];
const state = { zoom: 0 };

/** The viewer: its `place`, and how to tell it of a change or of the box chosen. */
export function outlinedPages(form, pick) {
  const place = el("section", { class: "viewer", "aria-label": t("page") });
  const shown = { form, page: form.pages.find((p) => p.size)?.number ?? null, key: "" };
  const window_ = el("div", { class: "window", tabindex: 0 });
  const bar = el("div", { class: "tools" });
  place.append(bar, window_);

  function draw() {
    const page = shown.form.pages.find((p) => p.number === shown.page);
    if (!page?.size) {
      fill(bar);
      fill(window_, el("p", { class: "nothing" }, t("no_pages")));
      return;
    }
    drawBar(page);
    const boxes = boxesOn(shown.form, page.number);
    const sheet = outlined({
      image: el("img", { src: pagePicture(shown.form.id, page.number) }),
      rect: [0, 0, ...page.size],
      turn: page.turn,
      boxes,
      label: t("page_boxes", page.number, boxes.length),
      chosen: shown.key,
      pick,
    });
    sheet.style.width = `${ZOOMS[state.zoom]}%`;
    fill(window_, sheet);
    reveal();
  }

  function drawBar(page) {
    const numbers = shown.form.pages.map((p) => p.number);
    const at = numbers.indexOf(page.number);
    const go = (number) => {
      shown.page = number;
      draw();
    };
    const enlarge = (by) => {
      state.zoom = Math.min(ZOOMS.length - 1, Math.max(0, state.zoom + by));
      draw();
    };
    const button = (sign, label, disabled, onclick) =>
      el("button", { type: "button", class: "quiet", "aria-label": label, title: label, disabled, onclick }, sign);
    fill(
      bar,
      button("‹", t("previous_page"), at <= 0, () => go(numbers[at - 1])),
      select(t("page"), numbers.map((n) => [String(n), t("page_n", n)]), String(page.number), (n) => go(Number(n)), true),
      button("›", t("next_page"), at >= numbers.length - 1, () => go(numbers[at + 1])),
      button("−", t("zoom_out"), state.zoom === 0, () => enlarge(-1)),
      button("+", t("zoom_in"), state.zoom === ZOOMS.length - 1, () => enlarge(1)),
      el("span", { class: "legend", "aria-hidden": "true" }, STATES.slice(0, 3).map((s) => chip(s))),
    );
  }

  function reveal() {
    const group = choose(window_, shown.key);
    if (!group) return;
    const box = group.getBoundingClientRect();
    const seen = window_.getBoundingClientRect();
    if (box.top < seen.top + 40 || box.bottom > seen.bottom - 40) {
      window_.scrollTop += box.top - seen.top - seen.height / 2;
    }
    if (box.left < seen.left || box.right > seen.right) {
      window_.scrollLeft += box.left - seen.left - seen.width / 2;
    }
  }

  draw();
  return {
    place,
    update(changed) {
      shown.form = changed;
      const { scrollTop, scrollLeft } = window_;
      draw();
      window_.scrollTo(scrollLeft, scrollTop);
    },
    choose(key, page) {
      shown.key = key;
      if (page && page !== shown.page) {
        shown.page = page;
        draw();
      } else {
        reveal();
      }
    },
  };
}

function boxesOn(form, page) {
  const found = [];
  const add = (key, title, box) => {
    if (box.rect && box.page === page) {
      found.push({ key, title: `${title} ${t(box.state)}`, rect: box.rect, state: box.state, decided: box.read_as !== null });
    }
  };
  for (const item of form.items) {
    for (const column of ["self", "reviewer"]) {
      add(`${item.item_id}/${column}`, `(${item.item_no}) ${t(column)}`, item[column]);
    }
  }
  for (const extra of form.extras) {
    for (const column of ["self", "reviewer"]) add("extra/", t("extras"), extra[column]);
  }
  return found;
}
