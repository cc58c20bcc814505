"use strict";
// The history of a benchmark as SVG: lines with bands, changes of level, zoom by pointer and keys, values of a session.
// Colours come from the style sheet, so that dark mode and print need no script.
(async () => {
  const HEIGHT = 340;
  const EDGE = { left: 76, right: 14, top: 12, bottom: 30 };
  const COLOURS = 8;
  const MOST_DOTS = 120;
  const { element } = site;
  const place = document.getElementById("chart");
  const [data, suite] = await Promise.all([site.data(), site.load(place.dataset.sessions)]);
  const sessions = suite.sessions;
  const ofMachine = suite.machines.map((_, machine) => sessions.flatMap((session, index) => (session.machine === machine ? [index] : [])));
  const lines = data.lines.map(lineOf);
  const state = { metric: 0, time: false, zero: false, range: null, cursor: -1, told: -1, drag: null };
  const several = new Set(lines.map(({ machine }) => machine)).size > 1;

  function lineOf(line) {
    const scale = 10 ** line.exponent;
    const indices = ofMachine[line.machine];
    const recoded = new Set(line.recoded);
    const changes = new Map(line.changes.map((change) => [change.place, change]));
    const points = line.values.flatMap((value, at) =>
      value === null
        ? []
        : [{
            at,
            session: indices[line.first + at],
            value: value * scale,
            low: (value - (line.below[at] ?? 0)) * scale,
            high: (value + (line.above[at] ?? 0)) * scale,
            change: changes.get(at) ?? null,
            begins: at === 0 || line.values[at - 1] === null || recoded.has(at),
          }],
    );
    return { ...line, points, band: line.above.length > 0, on: false };
  }

  const titleOf = (line) => [line.label, several ? suite.machines[line.machine].label : ""].filter(Boolean).join(" · ") || data.label;
  const drawnLines = () => lines.filter((line) => line.metric === state.metric && line.on);
  const hasTimes = sessions.every(({ measured_at: at }) => site.moment(at) !== "");
  const across = (index) => (state.time ? sessions[index].measured_at : index);

  // Controls.
  const metricField = element("select", { name: "metric" }, ...data.metrics.map(({ label }, index) => element("option", { value: index }, label)));
  const timeField = element("input", { type: "checkbox", name: "time" });
  const zeroField = element("input", { type: "checkbox", name: "zero" });
  const button = (text, act) => {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", act);
    return made;
  };
  const tools = element(
    "div",
    { class: "tools" },
    ...(data.metrics.length > 1 ? [element("label", {}, "Metric ", metricField)] : []),
    ...(hasTimes ? [element("label", {}, timeField, " By time")] : []),
    element("label", {}, zeroField, " From zero"),
    button("Zoom in", () => zoom(0.5)),
    button("Zoom out", () => zoom(2)),
    button("Show all", showAll),
  );
  const legend = element("fieldset", { class: "legend" });
  // What follows the pointer is a layer of its own, so that a link below it stays the same element between two clicks.
  const scene = element("g");
  const over = element("g", { class: "over" });
  const picture = element("svg", { "aria-hidden": "true", height: HEIGHT }, scene, over);
  const frame = element("div", {
    class: "plot", tabindex: 0, role: "application", "aria-roledescription": "chart", "aria-label": `History of ${data.label}`,
  }, picture);
  const tip = element("div", { class: "values", role: "status" });
  place.append(tools, frame, tip, legend);
  place.hidden = false;

  function fillLegend() {
    const own = lines.filter((line) => line.metric === state.metric);
    if (!own.some(({ on }) => on)) own.slice(0, COLOURS).forEach((line) => (line.on = true));
    own.forEach((line, index) => (line.colour = index % COLOURS));
    legend.replaceChildren(element("legend", {}, "Lines"));
    for (const line of own) {
      const box = element("input", { type: "checkbox" });
      box.checked = line.on;
      box.addEventListener("change", () => {
        line.on = box.checked;
        draw();
      });
      const swatch = element("svg", { class: `swatch c${line.colour}`, viewBox: "0 0 20 10", "aria-hidden": "true" }, element("path", { class: "line", d: "M0 5H20" }));
      legend.append(element("label", {}, box, " ", swatch, " ", titleOf(line)));
    }
    legend.hidden = own.length < 2;
  }

  // Scales.
  function wholeRange() {
    const all = lines.filter((line) => line.metric === state.metric).flatMap(({ points }) => points.map(({ session }) => across(session)));
    const [low, high] = [Math.min(...ends(all)), Math.max(...ends(all))];
    return high > low ? [low, high] : [low - 1, high + 1];
  }

  function ends(numbers) {
    let [low, high] = [Infinity, -Infinity];
    for (const number of numbers) {
      if (number < low) low = number;
      if (number > high) high = number;
    }
    return [low, high];
  }

  const range = () => state.range ?? wholeRange();

  function view() {
    const width = Math.max(240, frame.clientWidth);
    const [from, to] = range();
    const inside = drawnLines().map((line) => ({ line, points: line.points.filter(({ session }) => across(session) >= from && across(session) <= to) }));
    let [low, high] = ends(inside.flatMap(({ points }) => points.flatMap((point) => [point.low, point.high])));
    if (!(high >= low)) [low, high] = [0, 1];
    if (state.zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
    const room = (high - low || Math.abs(high) || 1) * 0.06;
    const [bottom, top] = [state.zero && low === 0 ? 0 : low - room, high + room];
    const x = (at) => EDGE.left + ((at - from) / (to - from)) * (width - EDGE.left - EDGE.right);
    const y = (value) => HEIGHT - EDGE.bottom - ((value - bottom) / (top - bottom)) * (HEIGHT - EDGE.top - EDGE.bottom);
    const back = (pixel) => from + ((pixel - EDGE.left) / (width - EDGE.left - EDGE.right)) * (to - from);
    return { width, from, to, inside, bottom, top, x, y, back };
  }

  function steps(low, high, most) {
    const rough = (high - low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
    const found = [];
    for (let tick = Math.ceil(low / step) * step; tick <= high && found.length < 20; tick += step) found.push(Math.abs(tick) < step / 1e6 ? 0 : tick);
    return found;
  }

  const rounded = (number) => Math.round(number * 10) / 10;

  // Drawing.
  function draw() {
    state.told = NaN; // another metric or line has other values
    const now = view();
    const unit = data.metrics[state.metric].unit;
    picture.setAttribute("viewBox", `0 0 ${now.width} ${HEIGHT}`);
    picture.setAttribute("width", now.width);
    const parts = [];
    for (const tick of steps(now.bottom, now.top, 6)) {
      const height = rounded(now.y(tick));
      parts.push(element("line", { class: "grid", x1: EDGE.left, x2: now.width - EDGE.right, y1: height, y2: height }));
      parts.push(element("text", { class: "tick", x: EDGE.left - 8, y: height + 4, "text-anchor": "end" }, site.value(tick, unit)));
    }
    for (const [at, text, anchor] of marks(now)) parts.push(element("text", { class: "tick", x: rounded(now.x(at)), y: HEIGHT - 8, "text-anchor": anchor }, text));
    for (const { line, points } of now.inside) parts.push(drawnLine(line, points, now));
    scene.replaceChildren(...parts);
    follow(now);
  }

  // The cursor, the range that is being chosen, and the values of the session.
  function follow(now = view()) {
    const parts = [];
    if (state.drag) {
      const [left, right] = state.drag.slice().sort((one, other) => one - other);
      parts.push(element("rect", { class: "chosen", x: left, width: right - left, y: EDGE.top, height: HEIGHT - EDGE.top - EDGE.bottom }));
    }
    const session = state.cursor;
    if (session >= 0 && across(session) >= now.from && across(session) <= now.to) {
      const at = rounded(now.x(across(session)));
      parts.push(element("line", { class: "cursor", x1: at, x2: at, y1: EDGE.top, y2: HEIGHT - EDGE.bottom }));
    }
    over.replaceChildren(...parts);
    if (session !== state.told) tell();
    state.told = session;
  }

  // The first, the last and some sessions between them, by commit or by day.
  function marks(now) {
    const known = visibleSessions(now);
    if (!known.length) return [];
    const count = Math.max(2, Math.min(6, Math.floor(now.width / 150)));
    const chosen = new Set(Array.from({ length: count }, (_, number) => known[Math.round((number * (known.length - 1)) / (count - 1))]));
    const last = known.at(-1);
    return Array.from(chosen, (index) => [
      across(index),
      state.time ? site.moment(sessions[index].measured_at).slice(0, 10) : sessions[index].label,
      index === last && chosen.size > 1 ? "end" : index === known[0] ? "start" : "middle",
    ]);
  }

  function visibleSessions(now) {
    const found = new Set(now.inside.flatMap(({ points }) => points.map(({ session }) => session)));
    return Array.from(found).sort((one, other) => one - other);
  }

  function drawnLine(line, points, now) {
    const spot = ({ session, value }) => `${rounded(now.x(across(session)))} ${rounded(now.y(value))}`;
    const group = element("g", { class: `c${line.colour}` });
    const stretches = [];
    points.forEach((point, index) => (point.begins || index === 0 ? stretches.push([point]) : stretches.at(-1).push(point)));
    if (line.band) {
      const bands = stretches.map((stretch) => {
        const side = (key) => stretch.map((point) => `${rounded(now.x(across(point.session)))} ${rounded(now.y(point[key]))}`);
        return `M${side("high").join("L")}L${side("low").reverse().join("L")}Z`;
      });
      group.append(element("path", { class: "band", d: bands.join("") }));
    }
    group.append(element("path", { class: "line", d: stretches.map((stretch) => `M${stretch.map(spot).join("L")}`).join("") }));
    const dots = points.length <= MOST_DOTS ? points : stretches.filter(({ length }) => length === 1).flat();
    group.append(element("path", { class: "dots", d: dots.map((point) => `M${spot(point)}h0`).join("") }));
    for (const point of points.filter(({ change }) => change)) group.append(drawnChange(point, now));
    return group;
  }

  function drawnChange(point, now) {
    const [at, height] = [rounded(now.x(across(point.session))), rounded(now.y(point.value))];
    const mark = element("path", { class: `change ${site.kind(point.change.direction)}`, d: `M${at} ${height - 8}l6 8l-6 8l-6 -8Z` });
    const { page } = sessions[point.session];
    if (!page) return mark;
    return element("a.svg", { href: document.body.dataset.root + page, tabindex: -1 }, mark);
  }

  // Values of the session under the cursor, for eyes and for screen readers.
  function tell() {
    const session = sessions[state.cursor];
    if (!session) {
      tip.replaceChildren();
      return;
    }
    const unit = data.metrics[state.metric].unit;
    const rows = drawnLines().flatMap((line) => {
      const point = line.points.find(({ session: index }) => index === state.cursor);
      return point ? [toldRow(line, point, unit)] : [];
    });
    const head = element("p", {}, site.link(session.page, element("code", {}, session.label)), ` ${site.moment(session.measured_at)} `, element("span", { class: "muted" }, suite.machines[session.machine].label));
    tip.replaceChildren(head, element("ul", {}, ...rows));
  }

  function toldRow(line, point, unit) {
    const parts = [`${titleOf(line)}: `, element("strong", {}, site.value(point.value, unit))];
    if (line.band) parts.push(` (runs from ${site.value(point.low, unit)} to ${site.value(point.high, unit)})`);
    if (point.change) parts.push(" ", element("span", { class: site.kind(point.change.direction) }, `${site.changed(point.change)}, ${site.value(point.change.before, unit)} → ${site.value(point.change.after, unit)}`));
    return element("li", {}, ...parts);
  }

  // Moving about.
  function zoom(factor, centre = null) {
    const [from, to] = range();
    const [least, most] = wholeRange();
    const cursor = state.cursor >= 0 ? across(state.cursor) : null;
    const middle = centre ?? (cursor !== null && cursor >= from && cursor <= to ? cursor : (from + to) / 2);
    const next = [middle - (middle - from) * factor, middle + (to - middle) * factor];
    setRange(Math.max(least, next[0]), Math.min(most, next[1]));
  }

  function setRange(from, to) {
    const [least, most] = wholeRange();
    const smallest = state.time ? (most - least) / 1000 : 2;
    if (to - from < smallest) return;
    state.range = from <= least && to >= most ? null : [from, to];
    draw();
  }

  function showAll() {
    state.range = null;
    draw();
  }

  function move(by) {
    const known = visibleSessions({ inside: drawnLines().map((line) => ({ points: line.points })) });
    if (!known.length) return;
    const at = known.indexOf(state.cursor);
    const start = at < 0 ? (by < 0 ? known.length : -1) : at;
    state.cursor = known[Math.min(known.length - 1, Math.max(0, start + by))];
    bring();
  }

  // The range goes where the cursor goes.
  function bring() {
    const [from, to] = range();
    const at = across(state.cursor);
    const shift = at < from ? at - from : at > to ? at - to : 0;
    if (shift) state.range = [from + shift, to + shift];
    if (shift) draw();
    else follow();
  }

  const KEYS = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    PageUp: () => move(-10),
    PageDown: () => move(10),
    Home: () => move(-Infinity),
    End: () => move(Infinity),
    "+": () => zoom(0.5),
    "=": () => zoom(0.5),
    "-": () => zoom(2),
    Escape: showAll,
    Enter: () => tip.querySelector("a")?.click(),
  };

  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  const pixelOf = (event) => Math.min(Math.max(event.clientX - frame.getBoundingClientRect().left, EDGE.left), frame.clientWidth - EDGE.right);

  function nearest(pixel, now) {
    let [best, distance] = [-1, Infinity];
    for (const session of visibleSessions(now)) {
      const away = Math.abs(now.x(across(session)) - pixel);
      if (away < distance) [best, distance] = [session, away];
    }
    return best;
  }

  frame.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("a")) return;
    state.drag = [pixelOf(event), pixelOf(event)];
    frame.setPointerCapture(event.pointerId);
  });
  frame.addEventListener("pointermove", (event) => {
    if (state.drag) state.drag[1] = pixelOf(event);
    const now = view();
    state.cursor = nearest(pixelOf(event), now);
    follow(now);
  });
  frame.addEventListener("pointerup", () => {
    if (!state.drag) return;
    const { back } = view();
    const [left, right] = state.drag.slice().sort((one, other) => one - other);
    state.drag = null;
    if (right - left > 8) setRange(back(left), back(right));
    follow();
  });
  frame.addEventListener("pointercancel", () => {
    state.drag = null;
    follow();
  });
  frame.addEventListener("dblclick", showAll);
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // the page scrolls as anywhere else
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, view().back(pixelOf(event)));
  }, { passive: false });

  metricField.addEventListener("change", () => {
    state.metric = Number(metricField.value);
    state.cursor = -1;
    fillLegend();
    showAll();
  });
  timeField.addEventListener("change", () => {
    state.time = timeField.checked;
    showAll();
  });
  zeroField.addEventListener("change", () => {
    state.zero = zeroField.checked;
    draw();
  });
  new ResizeObserver(() => draw()).observe(frame);
  fillLegend();
  draw();
})();
