"use strict";
// Flame graphs of both sides. The numbers stand in an attribute, names and files in the table, which is complete without
// this. Every text is set as text. Only frames that are wide enough to be seen are in the page.
(() => {
  const NARROWEST = 0.001;
  const MOST_DRAWN = 1500;
  const WIDE_ENOUGH_FOR_TEXT = 0.03;
  const STEPS = [0.001, 0.02, 0.1];
  const BASE = 0;
  const HEAD = 1;
  const UNITS = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];

  const percent = (share) => `${(100 * share).toFixed(1)}%`;

  function duration(seconds) {
    const [unit, symbol] = UNITS.find(([size]) => Math.abs(seconds) >= size) ?? UNITS[UNITS.length - 1];
    return `${Number((seconds / unit).toPrecision(3))} ${symbol}`;
  }

  // Numbers and fields as protocol buffers write them.
  function varint(value) {
    const bytes = [];
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    return [...bytes, value];
  }

  const number = (name, value) => [...varint(8 * name), ...varint(value)];
  const field = (name, bytes) => [...varint(8 * name + 2), ...varint(bytes.length), ...bytes];

  // Read the frames of a graph; the last one that is added is the benchmark itself, above all others.
  function read(box) {
    const frames = box.dataset.frames.split(";").map((frame) => frame.split(",").map(Number));
    const root = frames.length;
    const above = frames.map(([index]) => (index < 0 ? root : index));
    const own = [BASE, HEAD].map((side) => frames.map((frame) => frame[2 + side]).concat(0));
    const whole = own.map((values) => values.slice());
    const below = Array.from({ length: root + 1 }, () => []);
    for (let index = root - 1; index >= 0; index -= 1) {
      for (const values of whole) values[above[index]] += values[index];
    }
    above.forEach((parent, index) => below[parent].push(index));
    return {
      root, above: above.concat(-1), below, own, whole,
      called: frames.map((frame) => frame[1]),
      calls: [BASE, HEAD].map((side) => frames.map((frame) => frame[4 + side])),
      unit: Number(box.dataset.unit),
    };
  }

  // Lay out what is below a frame, whose ancestors stand above it in full width.
  function layout(graph, side, top) {
    const whole = graph.whole[side];
    const found = [];
    for (let index = top; index >= 0; index = graph.above[index]) found.unshift({ index, left: 0, width: 1 });
    found.forEach((frame, level) => { frame.level = level; });
    for (let next = found.length - 1; next < found.length && found.length < MOST_DRAWN; next += 1) {
      let { left } = found[next];
      for (const index of graph.below[found[next].index]) {
        const width = whole[top] ? whole[index] / whole[top] : 0;
        if (width >= NARROWEST) found.push({ index, left, width, level: found[next].level + 1 });
        left += width;
      }
    }
    return found;
  }

  function setUp(box) {
    const named = (name) => box.querySelector(`[name=${name}]`);
    const place = box.querySelector(".frames");
    const detail = box.querySelector(".frame-detail");
    const output = box.querySelector("output");
    const rows = Array.from(box.querySelector("tbody").rows);
    const names = rows.map((row) => row.querySelector("code").textContent);
    const files = rows.map((row) => row.querySelector("span").textContent);
    const texts = rows.map((row, index) => `${names[index]} ${files[index]}`.toLowerCase());
    let graph = null;
    let top = 0;
    let drawn = [];
    let matching = new Set();

    const side = () => Number(named("side").value);
    const nameOf = (index) => (index === graph.root ? box.dataset.name : names[graph.called[index]]);
    const fileOf = (index) => (index === graph.root ? "" : files[graph.called[index]]);

    function difference(index) {
      const total = graph.whole[BASE][graph.root] || graph.whole[HEAD][graph.root];
      return total ? (graph.whole[HEAD][index] - graph.whole[BASE][index]) / total : 0;
    }

    function describe(index) {
      const [before, after] = [BASE, HEAD].map((each) => graph.whole[each][index] * graph.unit);
      const change = after - before;
      const more = Math.abs(difference(index)) < STEPS[0] ? "the same" : `${duration(Math.abs(change))} ${change > 0 ? "more" : "less"}`;
      const isCounted = index !== graph.root && graph.calls.some((each) => each[index]);
      const calls = !isCounted ? "" : `, called ${graph.calls.map((each) => each[index].toLocaleString("en")).join(" → ")} times`;
      const file = fileOf(index) && ` (${fileOf(index)})`;
      return `${nameOf(index)}${file}: ${duration(before)} → ${duration(after)}, ${more}${calls}`;
    }

    function element(frame) {
      const made = document.createElement("div");
      const change = difference(frame.index);
      const step = STEPS.filter((least) => Math.abs(change) >= least).length;
      made.className = `frame ${step ? `${change > 0 ? "more" : "less"}-${step}` : "same"}`;
      made.setAttribute("role", "treeitem");
      made.setAttribute("aria-level", frame.level + 1);
      made.setAttribute("aria-label", describe(frame.index));
      made.tabIndex = -1;
      made.style.left = `${100 * frame.left}%`;
      made.style.width = `${100 * frame.width}%`;
      made.style.top = `${1.5 * frame.level}rem`;
      if (frame.width >= WIDE_ENOUGH_FOR_TEXT) made.textContent = `${step ? (change > 0 ? "▲ " : "▼ ") : ""}${nameOf(frame.index)}`;
      frame.element = made;
      return made;
    }

    function draw(focused) {
      drawn = layout(graph, side(), top);
      place.replaceChildren(...drawn.map(element));
      place.style.height = `${1.5 * (1 + drawn.reduce((most, { level }) => Math.max(most, level), 0))}rem`;
      mark();
      const frame = drawn.find(({ index }) => index === top);
      frame.element.tabIndex = 0;
      detail.textContent = describe(top);
      if (focused) frame.element.focus();
    }

    function mark() {
      for (const { index, element: made } of drawn) made.classList.toggle("hit", index !== graph.root && matching.has(graph.called[index]));
    }

    // A frame below another one that matches is a part of it.
    function share(each) {
      const { above, called, whole, root } = graph;
      const inside = new Array(root + 1).fill(false);
      let sum = 0;
      for (let index = 0; index < root; index += 1) {
        inside[index] = above[index] !== root && inside[above[index]];
        if (!inside[index] && matching.has(called[index])) {
          inside[index] = true;
          sum += whole[each][index];
        }
      }
      return whole[each][root] ? sum / whole[each][root] : 0;
    }

    function search() {
      const words = named("q").value.toLowerCase().split(/\s+/).filter(Boolean);
      const keeps = texts.map((text) => words.every((word) => text.includes(word)));
      matching = new Set(words.length ? keeps.flatMap((keep, index) => (keep ? [index] : [])) : []);
      rows.forEach((row, index) => { if (row.hidden === keeps[index]) row.hidden = !keeps[index]; });
      mark();
      const shares = [BASE, HEAD].map((each) => percent(share(each)));
      output.textContent = words.length ? `${matching.size} of ${rows.length} functions, ${shares[0]} of the base and ${shares[1]} of the head` : "";
    }

    function go(from, to) {
      if (!to) return;
      from.element.tabIndex = -1;
      to.element.tabIndex = 0;
      to.element.focus();
    }

    function beside(frame, step) {
      const same = drawn.filter(({ level }) => level === frame.level);
      return same[same.indexOf(frame) + step];
    }

    function press(event) {
      const frame = drawn.find(({ element: made }) => made === event.target);
      if (!frame) return;
      const moves = {
        ArrowUp: () => go(frame, drawn.find(({ index }) => index === graph.above[frame.index])),
        ArrowDown: () => go(frame, drawn.find(({ index }) => graph.above[index] === frame.index)),
        ArrowLeft: () => go(frame, beside(frame, -1)),
        ArrowRight: () => go(frame, beside(frame, 1)),
        Home: () => go(frame, drawn[0]),
        Enter: () => zoom(frame.index),
        " ": () => zoom(frame.index),
        Escape: () => zoom(graph.root),
      };
      if (!Object.hasOwn(moves, event.key)) return;
      event.preventDefault();
      moves[event.key]();
    }

    function zoom(index) {
      top = index;
      draw(true);
    }

    function point({ target }) {
      const frame = drawn.find(({ element: made }) => made === target);
      if (frame) detail.textContent = describe(frame.index);
    }

    // The way to a frame, in names without the characters that hold names apart.
    function path(index) {
      const way = [];
      for (let at = index; at !== graph.root; at = graph.above[at]) way.unshift(`${nameOf(at)} (${fileOf(at)})`.replace(/;/g, ","));
      return way;
    }

    function folded(each) {
      const lines = [];
      graph.own[each].forEach((value, index) => {
        const nanoseconds = Math.round(value * graph.unit * 1e9);
        if (nanoseconds > 0) lines.push(`${path(index).join(";")} ${nanoseconds}\n`);
      });
      return lines.join("");
    }

    function sampled(each) {
      const stacks = [];
      const weights = [];
      graph.own[each].forEach((value, index) => {
        if (!value) return;
        const stack = [];
        for (let at = index; at !== graph.root; at = graph.above[at]) stack.unshift(graph.called[at]);
        stacks.push(stack);
        weights.push(value * graph.unit);
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return { type: "sampled", name: ["base", "head"][each], unit: "seconds", startValue: 0, endValue: total, samples: stacks, weights };
    }

    function speedscope() {
      return JSON.stringify({
        $schema: "https://www.speedscope.app/file-format-schema.json",
        name: box.dataset.name,
        activeProfileIndex: HEAD,
        shared: { frames: names.map((name, index) => ({ name, file: files[index] })) },
        profiles: [BASE, HEAD].map(sampled),
      });
    }

    // One side as pprof's profile.proto: a location for each function, and a sample for each frame with time of its own.
    function pprof(each) {
      const strings = new Map([["", 0]]);
      const text = (value) => strings.get(value) ?? strings.set(value, strings.size).get(value);
      const type = (name, unit) => [...number(1, text(name)), ...number(2, text(unit))];
      const parts = [field(1, type("time", "nanoseconds"))];
      graph.own[each].forEach((value, index) => {
        const nanoseconds = Math.round(value * graph.unit * 1e9);
        const locations = [];
        for (let at = index; at !== graph.root; at = graph.above[at]) locations.push(graph.called[at] + 1);
        if (nanoseconds) parts.push(field(2, [...field(1, locations.flatMap(varint)), ...field(2, varint(nanoseconds))]));
      });
      names.forEach((name, index) => {
        parts.push(field(4, [...number(1, index + 1), ...field(4, number(1, index + 1))]));
        parts.push(field(5, [...number(1, index + 1), ...number(2, text(name)), ...number(4, text(files[index]))]));
      });
      for (const value of strings.keys()) parts.push(field(6, [...new TextEncoder().encode(value)]));
      return new Uint8Array(parts.flat());
    }

    function zipped(bytes) {
      return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
    }

    async function download(format) {
      const [content, name] = await {
        base: () => [folded(BASE), "base.folded"],
        head: () => [folded(HEAD), "head.folded"],
        speedscope: () => [speedscope(), "profile.speedscope.json"],
        "pprof-base": async () => [await zipped(pprof(BASE)), "base.pb.gz"],
        "pprof-head": async () => [await zipped(pprof(HEAD)), "head.pb.gz"],
      }[format]();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }

    function start() {
      if (graph) return;
      graph = read(box);
      top = graph.root;
      draw(false);
    }

    named("q").addEventListener("input", search);
    named("side").addEventListener("input", () => draw(false));
    named("whole").addEventListener("click", () => zoom(graph.root));
    for (const button of box.querySelectorAll("[name=export]")) button.addEventListener("click", () => download(button.value));
    place.addEventListener("keydown", press);
    place.addEventListener("mouseover", point);
    place.addEventListener("focusin", point);
    place.addEventListener("click", ({ target }) => {
      const frame = drawn.find(({ element: made }) => made === target);
      if (frame) zoom(frame.index);
    });
    const fold = box.closest("details.graph");
    if (!fold || fold.open) start();
    fold?.addEventListener("toggle", start);
  }

  for (const box of document.querySelectorAll(".flame")) setUp(box);
})();
