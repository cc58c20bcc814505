import { bench, describe } from "vitest";

const words = Array.from({ length: 200 }, (_, i) => `word${(i * 37) % 200}`);
const options = { time: 40, iterations: 10, warmupTime: 10, warmupIterations: 2 };

describe("sort", () => {
  bench("words", () => { [...words].sort(); }, options);
  bench("reversed > words", () => { [...words].reverse().sort(); }, options);
});

bench("join", () => { words.join(","); }, options);
