"""Record the text beside this one with an installed cargo; a stable one is let use the unstable benchmarks."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
MANIFEST = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n'

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "src").mkdir()
        (folder / "Cargo.toml").write_text(MANIFEST)
        shutil.copy(HERE / "sample.rs", folder / "src" / "lib.rs")
        environment = {**os.environ, "RUSTC_BOOTSTRAP": "1", "RUST_BACKTRACE": "0"}
        command = ["cargo", "bench", "--lib"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder, env=environment)
        (HERE / "bench.txt").write_text(done.stdout)
