"""Record the files beside this one with an installed Go (1.19): run this script with Python."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
QUICK = ("-benchtime=20x", "-run=^$")


def main() -> None:
    for name in ("one", "two"):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "go.mod").write_text("module example.test/shop\n\ngo 1.19\n")
            for package in ("one", "two"):
                (Path(folder) / package).mkdir()
                source = (HERE / f"{package}_test.go").read_bytes()
                (Path(folder) / package / f"{package}_test.go").write_bytes(source)
            options = ["-bench=.", "-benchmem", "-count=3", "./one"] if name == "one" else ["-bench=.", "./..."]
            finished = subprocess.run(["go", "test", *QUICK, *options], cwd=folder, capture_output=True, check=False)
            (HERE / ("counted.txt" if name == "one" else "packages.txt")).write_bytes(finished.stdout)


if __name__ == "__main__":
    main()
