"use strict";
// Search, filters and sort of the table, and copying with full precision. The page is complete without this.
// All rows stay in memory and the page holds the first of those that match, so that a key press writes few of them
// however many there are. The address keeps what is chosen: report.html#q=sort&show=regressed&by=-change
(() => {
  const PAGE = 200;
  const COLUMNS = { change: 3, before: 4, after: 5 };
  const STRIP = 2;
  const table = document.getElementById("rows");
  const body = table.tBodies[0];
  const form = document.querySelector("form.tools");
  const more = document.getElementById("more");
  const shown = document.getElementById("shown");
  const prefix = document.getElementById("prefix")?.textContent ?? "";
  const fields = Array.from(form.elements).filter((element) => element.name);
  const choices = fields.filter((element) => element.tagName === "SELECT");
  const items = Array.from(body.rows, (row, order) => {
    const [verdict, heading] = row.children;
    const name = prefix + heading.querySelector("code").textContent;
    const group = row.className;
    const text = `${name} ${verdict.textContent}`.toLowerCase();
    const item = { row, order, name, text, show: group };
    for (const { name: key, options } of choices) {
      // Options follow the entry for all; a row names the number of its option.
      if (key !== "show") item[key] = row.dataset[key] === "" ? "" : options[Number(row.dataset[key]) + 1].value;
    }
    return item;
  });
  const orders = new Map([["verdict", { known: items, unknown: [] }]]);
  let by = "verdict";
  let descending = false;
  let matches = items;
  let writing = 0;

  // Sorting is done once for each column.
  function sorted(key) {
    if (!orders.has(key)) orders.set(key, key === "name" ? byName() : byNumber(COLUMNS[key]));
    return orders.get(key);
  }

  function byName() {
    const keys = items.map(({ name }) => name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(15, "0")));
    const known = items.slice().sort((x, y) => (keys[x.order] < keys[y.order] ? -1 : keys[x.order] > keys[y.order] ? 1 : 0));
    return { known, unknown: [] };
  }

  function byNumber(column) {
    const values = Float64Array.from(items, ({ row }) => parseFloat(row.children[column].title));
    const known = items.filter(({ order }) => !Number.isNaN(values[order]));
    known.sort((x, y) => values[x.order] - values[y.order]);
    return { known, unknown: items.filter(({ order }) => Number.isNaN(values[order])) };
  }

  function update() {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = choices.filter(({ value }) => value).map(({ name, value }) => [name, value]);
    const keep = (item) => wanted.every(([key, value]) => item[key] === value) && words.every((word) => item.text.includes(word));
    const { known, unknown } = sorted(by);
    const ordered = (descending ? known.slice().reverse() : known).concat(unknown);
    matches = words.length || wanted.length ? ordered.filter(keep) : ordered;
    for (const header of table.tHead.rows[0].cells) {
      if (header.dataset.sort === by) header.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    }
    draw(PAGE);
  }

  function draw(limit) {
    const rows = matches.slice(0, limit).map(({ row }) => row);
    if (rows.length !== body.rows.length || rows.some((row, index) => row !== body.rows[index])) body.replaceChildren(...rows);
    sayHowMany();
  }

  function sayHowMany() {
    const [there, matching, all] = [body.rows.length, matches.length, items.length].map((count) => count.toLocaleString("en"));
    shown.textContent = there === matching ? `${matching} of ${all}` : `first ${there} of ${matching} of ${all}`;
    more.hidden = body.rows.length === matches.length;
    more.textContent = `Show ${Math.min(PAGE, matches.length - body.rows.length)} more`;
  }

  function showMore() {
    const there = body.rows.length;
    body.append(...matches.slice(there, there + PAGE).map(({ row }) => row));
    sayHowMany();
  }

  function reset() {
    form.reset();
    by = "verdict";
    descending = false;
  }

  // The address changes when typing pauses: browsers limit how often it may.
  function changed() {
    update();
    clearTimeout(writing);
    writing = setTimeout(writeState, 250);
  }

  function writeState() {
    const state = new URLSearchParams(fields.filter(({ value }) => value).map(({ name, value }) => [name, value]));
    if (by !== "verdict" || descending) state.set("by", (descending ? "-" : "") + by);
    history.replaceState(null, "", `#${state.toString() || "benchmarks"}`);
  }

  function readAddress() {
    const hash = location.hash.slice(1);
    if (hash.startsWith("row-")) reveal(hash);
    if (!hash.includes("=")) return;
    const state = new URLSearchParams(hash);
    reset();
    for (const field of fields) field.value = state.get(field.name) ?? "";
    const wanted = state.get("by") ?? "";
    const key = wanted.replace(/^-/, "");
    if (key === "name" || key === "verdict" || Object.hasOwn(COLUMNS, key)) [by, descending] = [key, wanted.startsWith("-")];
    update();
    document.getElementById("benchmarks").scrollIntoView();
  }

  // A link may lead to a row that is not in the page now.
  function reveal(id) {
    const item = items.find(({ row }) => row.id === id);
    if (!item) return;
    if (!item.row.isConnected) {
      reset();
      update();
      draw(Math.max(PAGE, item.order + 1));
    }
    const fold = item.row.querySelector("details");
    if (fold) fold.open = true;
    item.row.scrollIntoView();
  }

  // Whole numbers instead of the rounded ones that are shown, and whole names: cells with tabs between them.
  function exact(rows) {
    const whole = (cell) => cell.title || (cell.tagName === "TH" ? prefix + cell.querySelector("code").textContent : cell.textContent);
    return rows.map((cells) => cells.filter((cell) => cell.cellIndex !== STRIP).map(whole).join("\t")).join("\n");
  }

  function copySelected(event) {
    const range = document.getSelection().getRangeAt(0);
    const rows = Array.from(body.rows).filter((row) => range.intersectsNode(row));
    const cells = rows.map((row) => Array.from(row.cells).filter((cell) => range.intersectsNode(cell)));
    if (cells.length === 1 && cells[0].length === 1 && !cells[0][0].title) return;
    event.clipboardData.setData("text/plain", exact(cells));
    event.preventDefault();
  }

  async function copyAll() {
    await navigator.clipboard.writeText(exact(matches.map(({ row }) => Array.from(row.cells))));
    shown.textContent = `${matches.length.toLocaleString("en")} rows copied`;
  }

  for (const header of table.tHead.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener("click", () => {
      descending = by === header.dataset.sort && !descending;
      by = header.dataset.sort;
      changed();
    });
  }
  for (const link of document.querySelectorAll("a[data-group]")) {
    link.addEventListener("click", () => {
      form.elements.show.value = link.dataset.group;
      changed();
    });
  }
  for (const link of document.querySelectorAll('a[href^="#row-"]')) {
    link.addEventListener("click", () => reveal(link.hash.slice(1)));
  }
  // What a term means goes away by Escape, and comes back when it is left and reached again.
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") for (const tip of document.querySelectorAll(".tip:is(:hover, :focus-within)")) tip.classList.add("shut");
  });
  for (const type of ["focusout", "mouseout"]) {
    document.addEventListener(type, ({ target }) => target.closest?.(".tip")?.classList.remove("shut"));
  }
  document.getElementById("copy").addEventListener("click", copyAll);
  body.addEventListener("copy", copySelected);
  more.addEventListener("click", showMore);
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", readAddress);
  update();
  readAddress();
})();
