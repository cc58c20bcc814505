use criterion::{black_box, criterion_group, criterion_main, BenchmarkId, Criterion, SamplingMode, Throughput};
use std::time::Duration;

fn sorted(size: u32) -> Vec<u32> {
    let mut numbers: Vec<u32> = (0..size).rev().collect();
    numbers.sort();
    numbers
}

fn shop(criterion: &mut Criterion) {
    criterion.bench_function("search 'a b'", |bencher| bencher.iter(|| sorted(black_box(50))));
    let mut group = criterion.benchmark_group("Shop");
    for size in [20u32, 400] {
        group.throughput(Throughput::Elements(size.into()));
        group.bench_with_input(BenchmarkId::new("buy", size), &size, |bencher, &size| bencher.iter(|| sorted(size)));
    }
    group.throughput(Throughput::Bytes(4096));
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("a name that is longer than its column", |bencher| bencher.iter(|| sorted(black_box(1024))));
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .without_plots()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(100));
    targets = shop
}
criterion_main!(benches);
