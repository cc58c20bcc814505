"""Record the files beside this one with the installed pyperf: run this script with Python.

Host name, paths and start-up time of the machine are taken out afterwards; nothing else is changed.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
QUICK = ("--processes=3", "--values=2", "--warmups=1", "--quiet")
PRIVATE = frozenset(("hostname", "python_executable", "boot_time", "python_cflags", "command", "python_config_args"))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        timeit = [sys.executable, "-m", "pyperf", "timeit", *QUICK, "[1, 2] * 100"]
        record([*timeit, "--name=repeat", "--loops=64"], folder / "timeit.json")
        record([*timeit, "--name=repeat"], folder / "calibrated.json")
        record([*timeit, "--name=repeat", "--loops=64", "--track-memory"], folder / "memory.json")
        record([*timeit, "--loops=64"], folder / "timeit.json.gz")
        record([sys.executable, str(HERE / "suite.py"), "--quiet"], folder / "suite.json")


def record(command: list[str], output: Path) -> None:
    subprocess.run([*command, f"--output={output}"], check=True, cwd=output.parent)
    raw = output.read_bytes()
    packed = raw.startswith(b"\x1f\x8b")
    document = without_private(json.loads(gzip.decompress(raw) if packed else raw))
    text = json.dumps(document, indent=1).encode() + b"\n"
    (HERE / output.name).write_bytes(gzip.compress(text, mtime=0) if packed else text)


def without_private(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_private(entry) for key, entry in value.items() if key not in PRIVATE}
    return [without_private(entry) for entry in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
