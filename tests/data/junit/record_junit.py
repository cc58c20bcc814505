"""Record the file beside this one with the pytest of the Python that runs this. The machine's name is replaced."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(HERE / "sample_junit.py", folder / "test_sample.py")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--junitxml=result.xml"]
        subprocess.run(command, check=False, cwd=folder)
        text = (folder / "result.xml").read_text().replace(platform.node(), "box").replace(name, "/project")
        (HERE / "pytest.xml").write_text(re.sub(r'timestamp="[^"]*"', 'timestamp="2026-01-01T12:00:00"', text))
