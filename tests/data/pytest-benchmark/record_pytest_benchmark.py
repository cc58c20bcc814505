"""Record the files beside this one with the real tool: run this script with Python.

Needs pyenv with the interpreters of ``RECORDINGS`` and the package index. Each version runs ``sample.py`` in an
environment and a git repository of its own, in a temporary folder. Afterwards the host name and the list of CPU flags
are taken out; nothing else is changed. (Released versions before 3.0 cannot write JSON.)
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
RECORDINGS = (
    # interpreter, pytest-benchmark, pytest
    ("3.7", "3.0.0", "pytest<4"),
    ("3.7", "3.2.3", "pytest<7"),
    ("3.9", "3.4.1", "pytest<7"),
    ("3.11", "4.0.0", "pytest<8"),
    ("3.12", "5.1.0", "pytest<9"),
    ("3.13", "5.2.3", "pytest<9"),
    ("3.13", "5.3.1", "pytest"),
)
QUICK = ("--benchmark-min-rounds=5", "--benchmark-max-time=0.00005", "--benchmark-min-time=0.000002")
WITHOUT_ROUNDS = "5.3.1"


def main() -> None:
    for interpreter, version, pytest in RECORDINGS:
        with tempfile.TemporaryDirectory() as folder:
            record(Path(folder), interpreter, version, pytest)


def record(folder: Path, interpreter: str, version: str, pytest: str) -> None:
    python = environment(folder / "environment", interpreter, f"pytest-benchmark=={version}", pytest)
    project = repository(folder / "sample")
    outputs = [f"--benchmark-json={folder / 'result.json'}"]
    if version == WITHOUT_ROUNDS:
        outputs.append("--benchmark-save=saved")
    run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *QUICK, *outputs], project)
    keep(folder / "result.json", f"{version}.json")
    for saved in project.glob(".benchmarks/*/*_saved.json"):
        keep(saved, f"{version}-saved.json")


def environment(folder: Path, interpreter: str, *packages: str) -> str:
    run([pyenv(interpreter), "-m", "venv", str(folder)], HERE)
    python = str(folder / "bin" / "python")
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], HERE)
    return python


def pyenv(interpreter: str) -> str:
    latest = subprocess.run(["pyenv", "latest", interpreter], check=True, capture_output=True, text=True)
    prefix = subprocess.run(["pyenv", "prefix", latest.stdout.strip()], check=True, capture_output=True, text=True)
    return str(Path(prefix.stdout.strip()) / "bin" / "python")


def repository(project: Path) -> Path:
    project.mkdir()
    source = HERE / "sample.py"
    (project / "test_sample.py").write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    author = ("-c", "user.name=sample", "-c", "user.email=sample@example.invalid")
    for command in (("init", "-q"), ("add", "."), (*author, "commit", "-q", "-m", "Sample")):
        run(["git", *command], project)
    return project


def keep(result: Path, name: str) -> None:
    document = json.loads(result.read_text(encoding="utf-8"))
    document["machine_info"]["node"] = "host"
    document["machine_info"].get("cpu", {}).pop("flags", None)
    (HERE / name).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def run(command: list[str], folder: Path) -> None:
    hidden = {"PYENV_VERSION", "VIRTUAL_ENV", "PYTHONPATH", "PYTEST_ADDOPTS"}
    clean = {key: value for key, value in os.environ.items() if key not in hidden}
    subprocess.run(command, cwd=folder, env=clean, check=True)


if __name__ == "__main__":
    main()
