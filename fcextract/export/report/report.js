"use strict";
// A click on any number shows the forms behind it. A query is a word and its arguments:
// all | form I | set K | verdict V | status S | county C | item N COLUMN | section N COLUMN
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const body = document.querySelector("#forms tbody");
  const rows = [...body.rows];
  const shown = document.getElementById("shown");
  const count = shown.querySelector("b");
  const ticks = (row, column) => data.ticks[column][row.dataset.n];
  const met = (row, column, items) => items.filter((i) => ticks(row, column)[i] === "1").length;
  const tests = {
    all: () => true,
    form: (row, n) => row.dataset.n === n,
    set: (row, k) => data.sets[k].includes(Number(row.dataset.n)),
    verdict: (row, v) => row.dataset.verdict === v,
    status: (row, s) => row.dataset.status === s,
    county: (row, c) => row.dataset.county === (c || ""),
    item: (row, n, column) => ticks(row, column)[n] === "1",
    section: () => true,
  };
  const extra = (row, [word, n, column]) =>
    word === "section" ? met(row, column, data.sections[n]) : "";

  function show(query) {
    const parts = query.split(" ");
    let found = 0;
    for (const row of rows) {
      row.hidden = !tests[parts[0]](row, ...parts.slice(1));
      row.lastElementChild.textContent = row.hidden ? "" : extra(row, parts);
      found += row.hidden ? 0 : 1;
    }
    const key = (row) => Number(row.lastElementChild.textContent);
    const order = parts[0] === "section" ? [...rows].sort((a, b) => key(b) - key(a)) : rows;
    body.append(...order);
    count.textContent = found;
    shown.hidden = parts[0] === "all";
  }

  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-q]");
    if (!from) return;
    event.preventDefault();
    show(from.dataset.q);
    document.getElementById("forms").scrollIntoView();
  });
})();
