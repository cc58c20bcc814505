use iai::black_box;
fn search() -> u64 { (0..black_box(1000u64)).sum() }
fn sort() -> Vec<u32> { let mut v: Vec<u32> = (0..black_box(500u32)).rev().collect(); v.sort(); v }
fn empty() {}
iai::main!(search, sort, empty);
