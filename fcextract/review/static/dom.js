// Making elements. Every text goes in as a text node: nothing that came from a form is ever
// taken for markup (the page's policy forbids it too).

const SVG = "http://www.w3.org/2000/svg";

/** Put these in the place of whatever an element holds; nested lists and nulls are welcome. */
export function fill(node, ...children) {
  node.replaceChildren(...plain(children));
}

function plain(children) {
  return children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false);
}

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...plain(children));
  return node;
}

/** An HTML element: attributes by name, listeners as on<event>, then children. */
export function el(tag, attributes, ...children) {
  return build(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes, ...children) {
  return build(document.createElementNS(SVG, tag), attributes, children);
}

/** A select box: pairs of value and label, which is chosen, and what to do on a change. */
export function select(label, pairs, chosen, onchange, hidden = false) {
  const box = el(
    "select",
    { "aria-label": hidden ? label : null, onchange: () => onchange(box.value) },
    pairs.map(([value, text]) => el("option", { value, selected: value === chosen }, text)),
  );
  return hidden ? box : el("label", { class: "field" }, el("span", {}, label), box);
}

/** Say it to whoever listens instead of looking. */
export function speak(text) {
  document.getElementById("spoken").textContent = text;
}

/** Whether keys are being typed into a field. */
export function typing(event) {
  return event.target.closest("input, select, textarea") !== null;
}
