#include <benchmark/benchmark.h>
#include <string>

static void Repeat(benchmark::State &state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(std::string(state.range(0), 'x'));
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.counters["widgets"] = 7;
}
BENCHMARK(Repeat)->Arg(8)->Arg(4096)->Iterations(50);

static void Slow(benchmark::State &state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(std::string(100000, 'x'));
}
BENCHMARK(Slow)->Unit(benchmark::kMicrosecond)->Iterations(20);

static void Fails(benchmark::State &state) {
  state.SkipWithError("no data");
  for (auto _ : state) {
  }
}
BENCHMARK(Fails);

static void Grows(benchmark::State &state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(std::string(state.range(0), 'x'));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(Grows)->RangeMultiplier(4)->Range(1024, 16384)->Complexity()->Iterations(50);

BENCHMARK_MAIN();
