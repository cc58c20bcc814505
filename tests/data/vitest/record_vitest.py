"""Record the file beside this one with vitest on the path, for the sample here. The folder is replaced by /project."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    folder = Path(sys.argv[1])  # one in which vitest is installed
    shutil.copy(HERE / "sample.bench.js", folder)
    result = folder / "bench.json"
    subprocess.run(["vitest", "bench", "--run", "--root", str(folder), "--outputJson", str(result)], check=True)
    (HERE / "bench.json").write_text(result.read_text().replace(str(folder), "/project"))
