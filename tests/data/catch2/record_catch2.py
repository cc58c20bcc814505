"""Record the files beside this one with a C++ compiler and Catch2 2.13: ``python record_catch2.py INCLUDE_FOLDER``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "sample"
        source = HERE / "sample.cpp"
        subprocess.run(["g++", "-O2", "-I", sys.argv[1], "-o", str(program), str(source)], check=True)
        for file, options in (("console.txt", []), ("report.xml", ["-r", "xml"])):
            command = [str(program), "--benchmark-samples=20", "--benchmark-warmup-time=10", *options]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            (HERE / file).write_text(done.stdout.replace(str(source), "sample.cpp"))
