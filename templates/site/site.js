"use strict";
// What all pages of the site share: their data, scripts with more of it, and numbers for people.
// Data is deflated JSON in the page or in a script, because a page of file:// may not read files.
const site = (() => {
  const root = document.body.dataset.root;
  const waiting = new Map();

  async function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).json();
  }

  // The scripts call this with their own path.
  window.benchverdict = (path, text) => waiting.get(path)?.resolve(unpacked(text));

  function load(path) {
    if (!waiting.has(path)) {
      const entry = {};
      entry.promise = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
      waiting.set(path, entry);
      const script = document.createElement("script");
      script.src = root + path;
      script.addEventListener("error", () => entry.reject(new Error(`${path} is missing`)));
      document.head.append(script);
    }
    return waiting.get(path).promise;
  }

  const SECONDS = [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];
  const BYTES = [[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]];
  const COUNTS = [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];

  function threeDigits(number) {
    if (number >= 999.5 || number === 0) return number.toFixed(0);
    if (number < 0.001) return number.toExponential(2).replace(/e-(\d)$/, "e-0$1");
    return number.toFixed(2 - Number(number.toExponential(2).split("e")[1]));
  }

  function scaled(value, steps, gap) {
    const size = Math.abs(value);
    if (!size) return `0${gap}${steps.at(-1)[1]}`.trimEnd();
    const [factor, name] = steps.find(([step]) => size >= step * 0.9995) ?? steps.at(-1);
    return `${value < 0 ? "−" : ""}${threeDigits(size / factor)}${gap}${name}`.trimEnd();
  }

  function value(number, unit) {
    if (number === null || !Number.isFinite(number)) return "–";
    if (unit === "s") return scaled(number, SECONDS, " ");
    if (unit === "B") return scaled(number, BYTES, " ");
    if (unit === "B/s") return `${scaled(number, BYTES, " ")}/s`;
    if (unit === "1/s") return `${scaled(number, COUNTS, " ")}/s`;
    if (unit === "1" || unit === "") return scaled(number, COUNTS, " ");
    return `${scaled(number, COUNTS, " ")} ${unit}`;
  }

  function percent(share) {
    if (share === null || !Number.isFinite(share)) return "–";
    const size = Math.abs(share * 100);
    const text = size.toFixed(size >= 100 ? 0 : 1);
    const sign = Number(text) === 0 ? "±" : share < 0 ? "−" : "+";
    return `${sign}${text}%`;
  }

  // Unix seconds in UTC, as 2026-01-31 09:05; nothing for what is no date.
  function moment(seconds) {
    if (seconds === null || !(seconds >= 0 && seconds < 253402300800)) return "";
    return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
  }

  const KINDS = { worse: ["regressed", "✗ regressed"], better: ["improved", "✓ improved"] };
  const kind = (direction) => (KINDS[direction] ?? ["changed", "◆ changed"])[0];
  const changed = ({ direction, ratio }) => `${(KINDS[direction] ?? ["changed", "◆ changed"])[1]} ${percent(ratio)}`;

  // An element with attributes and children; texts become text and nothing else.
  function element(name, attributes = {}, ...children) {
    const svg = ["svg", "path", "line", "text", "g", "rect", "a.svg"].includes(name);
    const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name.split(".")[0]) : document.createElement(name);
    for (const [key, given] of Object.entries(attributes)) made.setAttribute(key, given);
    made.append(...children);
    return made;
  }

  function spark(values) {
    const spots = values.length > 1 ? values : values.concat(values);
    const step = 46 / Math.max(1, spots.length - 1);
    const path = `M${spots.map((level, place) => `${Math.round(step * place)} ${31 - (level ?? 0)}`).join("L")}`;
    const box = { class: "spark", viewBox: "-1 -1 48 33", preserveAspectRatio: "none", "aria-hidden": "true" };
    return element("svg", box, element("path", { d: path }));
  }

  function link(page, ...children) {
    return page ? element("a", { href: root + page }, ...children) : element("span", {}, ...children);
  }

  const data = () => unpacked(document.getElementById("data").textContent);
  return { data, load, value, percent, moment, kind, changed, element, spark, link };
})();
