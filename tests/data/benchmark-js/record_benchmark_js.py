"""Record the text beside this one with Node: ``python record_benchmark_js.py FOLDER``, one that has benchmark.js."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    shutil.copy(HERE / "sample.js", folder)
    done = subprocess.run(["node", "sample.js"], check=True, capture_output=True, text=True, cwd=folder)
    (HERE / "words.txt").write_text(done.stdout)
