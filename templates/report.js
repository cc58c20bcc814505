"use strict";
// Search, filter and sort of the table. The page is complete without this.
(() => {
  const table = document.getElementById("rows");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row, order) => ({
    row,
    order,
    group: row.className,
    name: row.cells[1].firstChild.textContent,
    text: row.textContent.toLowerCase(),
    b: toNumber(row.dataset.b),
    h: toNumber(row.dataset.h),
    c: toNumber(row.dataset.c),
  }));
  const search = document.getElementById("search");
  const group = document.getElementById("group");
  const shown = document.getElementById("shown");
  const names = new Intl.Collator("en", { numeric: true });

  function toNumber(text) {
    return text === "" ? null : Number(text);
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of rows) {
      const keep = (!group.value || item.group === group.value) && words.every((word) => item.text.includes(word));
      if (item.row.hidden === keep) item.row.hidden = !keep;
      if (keep) count += 1;
    }
    shown.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")}`;
  }

  function compare(key, sign) {
    if (key === "name") return (x, y) => sign * names.compare(x.name, y.name);
    // Unknown values stay at the end, whichever way the rest is sorted.
    return (x, y) => (x[key] === null) - (y[key] === null) || sign * (x[key] - y[key]) || x.order - y.order;
  }

  function sort(header) {
    const ascending = header.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    rows.sort(compare(header.dataset.sort, ascending ? 1 : -1));
    body.remove();  // Moving thousands of rows is several times faster outside of the page.
    for (const item of rows) body.append(item.row);
    table.append(body);
  }

  for (const header of table.tHead.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener("click", () => sort(header));
  }
  for (const link of document.querySelectorAll("a[data-group]")) {
    link.addEventListener("click", () => {
      group.value = link.dataset.group;
      filter();
    });
  }
  search.addEventListener("input", filter);
  group.addEventListener("change", filter);
  search.form.addEventListener("submit", (event) => event.preventDefault());
  search.form.hidden = false;
  filter();
})();
