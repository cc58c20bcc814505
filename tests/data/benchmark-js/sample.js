const Benchmark = require("benchmark");

const words = Array.from({ length: 200 }, (_, i) => `word${(i * 37) % 200}`);

new Benchmark.Suite("words", { maxTime: 0.3 })
  .add("sort 10 x 20 words", () => [...words].sort(), { maxTime: 0.3 })
  .add("join", () => words.join(","), { maxTime: 0.3 })
  .add("fails", () => { throw new Error("on purpose"); })
  .on("cycle", (event) => console.log(String(event.target)))
  .run();
