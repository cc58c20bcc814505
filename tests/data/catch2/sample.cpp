#define CATCH_CONFIG_MAIN
#define CATCH_CONFIG_ENABLE_BENCHMARKING
#include <catch2/catch.hpp>

static int fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

TEST_CASE("Fibonacci") {
    BENCHMARK("Fibonacci 10") { return fibonacci(10); };
    BENCHMARK("Fibonacci 20, with a name that is far too long for the column it stands in") { return fibonacci(20); };
}

TEST_CASE("Other") {
    SECTION("part") {
        BENCHMARK("text") { return std::string(100, 'x'); };
        BENCHMARK("throws") { if (fibonacci(3) == 2) throw 1; return 1; };
    }
}
