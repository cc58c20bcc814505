"use strict";
// Two releases side by side: rows whose level is another first, the largest difference on top.
(async () => {
  const PAGE = 100;
  const form = document.querySelector("form.tools");
  if (!form) return;
  const { element } = site;
  const body = document.getElementById("rows").tBodies[0];
  const more = document.getElementById("more");
  const shown = document.getElementById("shown");
  const { releases, rows } = await site.data();
  const ORDER = ["regressed", "improved", "changed", "recoded", "same", "absent"];
  let matches = [];

  const loaded = (field) => site.load(releases[Number(field.value)].file.replace(/json$/, "js"));

  function compared(row, index, from, to) {
    const [before, after] = [from.values[index], to.values[index]];
    const ratio = before !== null && after !== null && before > 0 ? after / before - 1 : null;
    return { row, before, after, ratio, kind: kindOf(row, index, before, after, from, to) };
  }

  function kindOf(row, index, before, after, from, to) {
    if (before === null || after === null) return "absent";
    if (from.codes[index] !== to.codes[index]) return "recoded";
    if (from.levels[index] === to.levels[index]) return "same";
    if (row.better === null || before === after) return "changed";
    return after > before === (row.better === "higher") ? "improved" : "regressed";
  }

  const WORDS = {
    regressed: "✗ new level, worse", improved: "✓ new level, better", changed: "◆ new level",
    recoded: "the benchmark is another", same: "same level", absent: "not in both",
  };

  function drawn({ row, before, after, ratio, kind }) {
    return element(
      "tr",
      { class: kind },
      element("th", { scope: "row" }, site.link(row.page, element("code", {}, row.label)), " ", element("span", { class: "muted" }, row.metric)),
      element("td", { class: "n" }, site.value(before, row.unit)),
      element("td", { class: "n" }, site.value(after, row.unit)),
      element("td", { class: "n" }, kind === "recoded" ? "" : site.percent(ratio)),
      element("td", { class: "verdict" }, WORDS[kind]),
      element("td", {}, row.suite),
      element("td", {}, row.machine),
    );
  }

  async function update() {
    const { from, to, q, show } = form.elements;
    const [before, after] = await Promise.all([loaded(from), loaded(to)]);
    const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = rows.map((row, index) => compared(row, index, before, after)).filter(({ before: one, after: other }) => one !== null || other !== null);
    matches = all.filter(({ row, kind }) => {
      const text = `${row.label} ${row.metric} ${row.suite}`.toLowerCase();
      return (show.value === "" || kind === show.value) && words.every((word) => text.includes(word));
    });
    matches.sort((x, y) => ORDER.indexOf(x.kind) - ORDER.indexOf(y.kind) || Math.abs(y.ratio ?? 0) - Math.abs(x.ratio ?? 0));
    body.replaceChildren(...matches.slice(0, PAGE).map(drawn));
    sayHowMany(all.length);
  }

  function sayHowMany(all) {
    const [there, matching, total] = [body.rows.length, matches.length, all].map((count) => count.toLocaleString("en"));
    shown.textContent = there === matching ? `${matching} of ${total}` : `first ${there} of ${matching} of ${total}`;
    more.hidden = body.rows.length === matches.length;
    more.dataset.all = all;
  }

  function readAddress() {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const name of ["from", "to"]) {
      const index = releases.findIndex(({ label }) => label === state.get(name));
      if (index >= 0) form.elements[name].value = index;
    }
  }

  form.elements.from.value = Math.max(0, releases.length - 2);
  form.elements.to.value = releases.length - 1;
  readAddress();
  form.addEventListener("input", () => {
    const { from, to } = form.elements;
    const state = new URLSearchParams([["from", releases[from.value].label], ["to", releases[to.value].label]]);
    history.replaceState(null, "", `#${state}`);
    update();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => {
    readAddress();
    update();
  });
  more.addEventListener("click", () => {
    body.append(...matches.slice(body.rows.length, body.rows.length + PAGE).map(drawn));
    sayHowMany(Number(more.dataset.all));
  });
  form.hidden = false;
  await update();
})();
