"""Record the files beside this one with an installed hyperfine (1.15): run this script with Python."""

from __future__ import annotations

import subprocess
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    record("scan.json", "--parameter-list", "n", "1,2", "sleep 0.00{n}", "--runs=5")
    record("named.json", "--command-name=short nap", "sleep 0.001", "--runs=1")
    record("failing.json", "--ignore-failure", "--runs=3", "false", "sleep 0.001")


def record(name: str, *options: str) -> None:
    subprocess.run(["hyperfine", "--shell=none", "--style=none", f"--export-json={HERE / name}", *options], check=True)


if __name__ == "__main__":
    main()
