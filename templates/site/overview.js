"use strict";
// The table of all benchmarks: search, filters and order. The first rows are in the page, further ones come in scripts.
(async () => {
  const PAGE = 100;
  const { element } = site;
  const table = document.getElementById("rows");
  const body = table.tBodies[0];
  const form = document.querySelector("form.tools");
  const fields = Array.from(form.elements).filter(({ name }) => name);
  const more = document.getElementById("more");
  const shown = document.getElementById("shown");
  const first = await site.data();
  const items = [];
  let matches = [];
  let writing = 0;

  function add(rows) {
    for (const row of rows) {
      const suite = first.suites[row.suite].label;
      const change = row.change === null ? "none" : row.change.direction ?? "other";
      items.push({ row, suite, change, order: items.length, text: `${row.label} ${row.metric} ${suite}`.toLowerCase() });
    }
  }

  function drawn({ row, suite }) {
    const { change } = row;
    const latest = element("td", { class: "n" }, site.value(row.value, row.unit));
    latest.title = `${site.moment(row.measured_at)} on ${row.machine}`.trim();
    return element(
      "tr",
      { class: change ? site.kind(change.direction) : "" },
      element("th", { scope: "row" }, site.link(row.page, element("code", {}, row.label))),
      element("td", {}, row.metric),
      element("td", {}, site.spark(row.spark)),
      latest,
      element("td", { class: "verdict" }, change ? site.changed(change) : ""),
      element("td", {}, ...(change ? [site.link(change.page, element("code", {}, change.label))] : [])),
      element("td", {}, suite),
    );
  }

  const byName = (x, y) => (x.text < y.text ? -1 : x.text > y.text ? 1 : x.order - y.order);
  const size = ({ row }) => (row.change ? Math.abs(Math.log1p(row.change.ratio)) || 0 : -1);
  const ORDERS = { name: byName, size: (x, y) => size(y) - size(x) || x.order - y.order };

  function update() {
    const { q, suite, metric, change, by } = form.elements;
    const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    matches = items.filter(
      (item) =>
        (suite.value === "" || item.row.suite === Number(suite.value)) &&
        (metric.value === "" || item.row.metric === metric.value) &&
        (change.value === "" || item.change === change.value) &&
        words.every((word) => item.text.includes(word)),
    );
    if (Object.hasOwn(ORDERS, by.value)) matches.sort(ORDERS[by.value]);
    body.replaceChildren(...matches.slice(0, PAGE).map(drawn));
    sayHowMany();
  }

  function sayHowMany() {
    const [there, matching, all] = [body.rows.length, matches.length, items.length].map((count) => count.toLocaleString("en"));
    shown.textContent = there === matching ? `${matching} of ${all}` : `first ${there} of ${matching} of ${all}`;
    more.hidden = body.rows.length === matches.length;
  }

  function changed() {
    update();
    clearTimeout(writing);
    writing = setTimeout(() => {
      const state = new URLSearchParams(fields.filter(({ value }) => value).map(({ name, value }) => [name, value]));
      history.replaceState(null, "", `#${state.toString() || "benchmarks"}`);
    }, 250);
  }

  function readAddress() {
    const state = new URLSearchParams(location.hash.slice(1));
    form.reset();
    for (const field of fields) {
      if (state.has(field.name)) field.value = state.get(field.name);
      if (field.selectedIndex === -1) field.value = "";
    }
    update();
  }

  more.addEventListener("click", () => {
    body.append(...matches.slice(body.rows.length, body.rows.length + PAGE).map(drawn));
    sayHowMany();
  });
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A slash goes to the search, as on many sites.
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      form.elements.q.focus();
    }
  });
  window.addEventListener("hashchange", readAddress);
  form.hidden = false;
  add(first.rows);
  readAddress();
  for (let number = 1; number <= Number(table.dataset.chunks); number += 1) {
    const chunk = await site.load(`overview/${String(number).padStart(24, "0")}.js`);
    add(chunk.rows);
  }
  if (items.length > first.rows.length) update();
})();
