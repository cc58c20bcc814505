#!/usr/bin/env bash
# Record recorded/ and recorded.txt beside this script: cargo, and Debian's librust-criterion-dev, without a network.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
mkdir -p "$folder/src" "$folder/benches" "$folder/.cargo"
touch "$folder/src/lib.rs"
cp "$here/shop.rs" "$folder/benches/"
printf '[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n' \
  > "$folder/.cargo/config.toml"
printf '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n[dev-dependencies]\ncriterion = "0.3"\n[[bench]]\nname = "shop"\nharness = false\n' \
  > "$folder/Cargo.toml"
cd "$folder"
cargo bench --offline > /dev/null
cargo bench --offline | grep -v '^WARNING\|^This feature\|^Gnuplot' > "$here/recorded.txt"
rm -rf "$here/recorded"
mkdir "$here/recorded"
(cd target && find criterion -type f ! -name '*.svg' ! -path '*/report/*' -print0 | tar --null -cf - -T -) | tar -xf - -C "$here/recorded"
rm -rf "$folder"
