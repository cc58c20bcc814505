"""Record the file beside this one with a Python that has pytest-codspeed. Its settings of the interpreter, forty
kilobytes of paths, are left out; the folder is replaced by /project.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(HERE / "sample_codspeed.py", folder / "test_sample.py")
        options = ["--codspeed", "--codspeed-mode=walltime", "--codspeed-max-time=0.1", "--codspeed-warmup-time=0.02"]
        environment = {**os.environ, "CODSPEED_PROFILE_FOLDER": str(folder)}
        subprocess.run([sys.executable, "-m", "pytest", "-q", *options], check=False, cwd=folder, env=environment)
        [result] = folder.glob("results/*.json")
        document = json.loads(result.read_text().replace(str(folder), "/project"))
        document["python"] = {"sysconfig": {}, "dependencies": []}
        (HERE / "walltime.json").write_text(json.dumps(document, indent=1) + "\n")
