// One page of a form as it was submitted, with its boxes outlined.

import { el, svg } from "./dom.js";

/** Points between a box and its outline, so that the printed frame stays visible. */
const GAP = 1.5;

/** A rectangle on a page of this size, after the page is turned clockwise by `turn`. */
function turned([x0, y0, x1, y1], turn, [width, height]) {
  if (turn === 90) return [height - y1, x0, height - y0, x1];
  if (turn === 180) return [width - x1, height - y1, width - x0, height - y0];
  if (turn === 270) return [y0, width - x1, y1, width - x0];
  return [x0, y0, x1, y1];
}

/**
 * The picture of a part of a page (an img) with outlines on it.
 *
 * `rect` is the part, `boxes` are {rect, state, title, key, decided}; both in points of the
 * page as submitted, shown upright by `turn`. `pick` is told the key of the box clicked.
 */
export function outlined({ image, rect, turn, boxes, label, chosen, pick }) {
  const size = [rect[2] - rect[0], rect[3] - rect[1]];
  const [width, height] = turn % 180 ? [size[1], size[0]] : size;
  const shapes = boxes.map((box) => outline(box, rect, turn, size, box.key === chosen, pick));
  const overlay = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, preserveAspectRatio: "none" },
    shapes,
  );
  image.alt = "";
  image.width = Math.round(width);
  image.height = Math.round(height);
  return el("div", { class: "sheet" }, image, overlay);
}

function outline(box, [left, top], turn, size, on, pick) {
  const moved = [box.rect[0] - left, box.rect[1] - top, box.rect[2] - left, box.rect[3] - top];
  const [x0, y0, x1, y1] = turned(moved, turn, size);
  const place = (by) => ({ x: x0 - by, y: y0 - by, width: x1 - x0 + 2 * by, height: y1 - y0 + 2 * by });
  // Nothing is drawn over the box that is being looked at: its own ink is the evidence.
  const cross = box.state === "uncertain" && !box.decided && !on;
  return svg(
    "g",
    {
      class: `box ${box.state}${box.decided ? " decided" : ""}${on ? " chosen" : ""}`,
      "data-key": box.key,
      onclick: pick ? () => pick(box.key) : null,
    },
    svg("title", {}, box.title),
    svg("rect", { class: "halo", ...place(5) }),
    svg("rect", { class: "line", ...place(GAP) }),
    cross ? svg("path", { class: "line thin", d: `M${x0} ${y0}L${x1} ${y1}M${x0} ${y1}L${x1} ${y0}` }) : null,
  );
}

/** Mark another box as the chosen one, without drawing the page again. */
export function choose(sheet, key) {
  for (const g of sheet.querySelectorAll("g.box")) {
    g.classList.toggle("chosen", g.dataset.key === key);
  }
  return sheet.querySelector("g.chosen");
}
