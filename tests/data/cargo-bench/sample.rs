#![feature(test)]
extern crate test;

fn fibonacci(n: u64) -> u64 {
    if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

#[bench]
fn fibonacci_10(bencher: &mut test::Bencher) {
    bencher.iter(|| fibonacci(test::black_box(10)));
}

#[bench]
fn copy_1k(bencher: &mut test::Bencher) {
    let source = vec![1u8; 1024];
    bencher.bytes = 1024;
    bencher.iter(|| test::black_box(&source).clone());
}

#[bench]
#[ignore]
fn later(bencher: &mut test::Bencher) {
    bencher.iter(|| 1);
}

#[bench]
fn broken(_: &mut test::Bencher) {
    panic!("on purpose");
}

#[test]
fn checks() {}
