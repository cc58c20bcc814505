"""Record the folder ``results`` beside this script: run the script with a Python that has asv (0.6).

Name and hardware of the machine are given to asv; nothing else is changed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CONFIGURATION = {
    "version": 1,
    "project": "shop",
    "repo": ".",
    "branches": ["main"],
    "benchmark_dir": "benchmarks",
    "results_dir": "results",
    "environment_type": "existing",
    "pythons": ["same"],
}
WHO = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.test", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z"}
WHO |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in WHO.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "benchmarks").mkdir()
        (folder / "benchmarks" / "__init__.py").write_text("")
        shutil.copy(HERE / "sample.py", folder / "benchmarks" / "shop.py")
        (folder / "asv.conf.json").write_text(json.dumps(CONFIGURATION))
        environment = {**WHO, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": name}

        def run(*command: str, check: bool = True) -> None:
            subprocess.run(command, cwd=folder, env=environment, check=check)

        run("git", "init", "--quiet", "--initial-branch=main")
        run("git", "add", ".")
        run("git", "commit", "--quiet", "--message=shop")
        machine = ("--machine=box", "--os=Linux", "--arch=x86_64", "--cpu=CPU", "--num_cpu=2", "--ram=4G")
        run(sys.executable, "-m", "asv", "machine", *machine)
        commit = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=folder, text=True).strip()
        existing = (f"--environment=existing:{sys.executable}", "--machine=box", f"--set-commit-hash={commit}")
        run(sys.executable, "-m", "asv", "run", *existing, "--record-samples", check=False)
        shutil.rmtree(HERE / "results", ignore_errors=True)
        shutil.copytree(folder / "results", HERE / "results")
        for path in (HERE / "results" / "box").iterdir():
            text = path.read_text().replace(str(Path(sys.executable)), "python")
            path.write_text(re.sub(r"existing-py_\w+", "existing-py_python", text))
            if path.name != "machine.json":
                path.rename(path.with_name(f"{commit[:8]}-existing-python.json"))


if __name__ == "__main__":
    main()
