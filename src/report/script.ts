/**
 * The page's script: searching the customers and sorting tables, nothing else. Without it the page shows the same.
 * Rows are matched by what they show, and by the names of the repositories that are ticked in them.
 */
export const SCRIPT = `"use strict";
(() => {
  const cellsOf = (row) => Array.from(row.cells);
  const matrix = document.querySelector("table.matrix");
  if (matrix) {
    const heads = cellsOf(matrix.tHead.rows[0]);
    const names = heads.map((head) => head.classList.contains("r") ? head.textContent.toLowerCase() : undefined);
    const rows = Array.from(matrix.tBodies[0].rows);
    const texts = new Map();
    const textOf = (row) => {
      let text = texts.get(row);
      if (text === undefined) {
        text = cellsOf(row).map((cell, at) => names[at] === undefined ? cell.textContent.toLowerCase() : cell.textContent ? names[at] : "").join("\\n");
        texts.set(row, text);
      }
      return text;
    };
    const form = document.querySelector(".search");
    const input = form.querySelector("input");
    const status = form.querySelector("[role=status]");
    const search = () => {
      const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = words.length ? textOf(row) : "";
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      status.textContent = words.length ? shown.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " customers" : "";
    };
    input.addEventListener("input", search);
    form.hidden = false;
    if (input.value) search();
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = cellsOf(table.tHead.rows[0]);
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0];
        const numbers = head.classList.contains("number");
        const keyed = Array.from(body.rows, (row) => {
          const text = row.cells[at].textContent.trim();
          return { row, empty: text === "", key: numbers ? Number(text.replace(/[^0-9.-]/g, "")) : text.toLowerCase() };
        });
        const order = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
        keyed.sort((a, b) => a.empty !== b.empty ? (a.empty ? 1 : -1) : down ? order(b, a) : order(a, b));
        body.append(...keyed.map(({ row }) => row));
      });
    });
  }
})();
`;
