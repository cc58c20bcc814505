"""The private Python environment of the action: made of packages that are kept, or of none, or of forged ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.programs.test_setup_step import outputs, setup

STEPS = Path(__file__).parents[2] / "entrypoint" / "steps"
NO_INDEX = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_RETRIES": "0",
    "PIP_NO_CACHE_DIR": "1",
    "PIP_REQUIRE_VIRTUALENV": "1",  # as some runners have it; ours is no environment that pip knows of
}


def test_an_environment_that_cannot_be_made_is_left_to_the_gate(tmp_path: Path) -> None:
    """No package index can be reached: the gate finds the exit code in the work folder."""
    assert setup(tmp_path, BENCHVERDICT_INPUT_RUNTIME="python").returncode == 0
    found, work = outputs(tmp_path), tmp_path / "benchverdict" / "benchmarks"
    given = {"BENCHVERDICT_WORK": found["work"], "BENCHVERDICT_PACKAGES": found["packages"]}
    done = setup(tmp_path, "environment.sh", **given, **NO_INDEX)
    assert done.returncode == 3
    assert "The private Python environment of Benchverdict could not be made" in done.stderr
    assert (work / "messages" / "setup").read_text() in done.stderr
    assert (work / "exit" / "setup").read_text() == "3\n"
    assert (tmp_path / "output").read_text().splitlines()[0] == f"work={work}"


class Kept:
    """An action that needs one small package, and the folder where that is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.action = folder, folder / "action"
        (self.action / "entrypoint").mkdir(parents=True)
        shutil.copytree(STEPS, self.action / "entrypoint" / "steps")
        self.wheel = wheel(folder / "index", "good")
        (self.action / "requirements").mkdir()
        text = f"tiny==1.0 {pip_hash(self.wheel)}\n"
        (self.action / "requirements" / "runtime.txt").write_text(text)
        digest = pip_hash(wheel(folder / "index", "store", name="lasting"))
        (self.action / "requirements" / "stores.txt").write_text(f"{text}lasting==1.0 {digest}\n")
        self.packages = folder / "temporary" / ".packages"
        (folder / "temporary").mkdir()
        for name in ("exit", "messages"):
            (folder / "work" / name).mkdir(parents=True)

    def make(self, *, index: bool, stage: str = "all") -> dict[str, str]:
        """Make the environment, with a package index or without; return the outputs and the package's word."""
        output = self.folder / "output"
        output.unlink(missing_ok=True)
        environ = {
            **{name: value for name, value in NO_INDEX.items() if not index or "URL" not in name},
            **({"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheel.parent)} if index else {}),
            "PATH": os.environ["PATH"],
            "RUNNER_OS": "Linux",
            "GITHUB_OUTPUT": str(output),
            "BENCHVERDICT_WORK": str(self.folder / "work"),
            "BENCHVERDICT_PACKAGES": str(self.packages),
            "BENCHVERDICT_INPUT_STAGE": stage,
        }
        step = self.action / "entrypoint" / "steps" / "environment.sh"
        done = subprocess.run(["bash", step], env=environ, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"exit": str(done.returncode), "said": done.stderr}
        found = dict(line.split("=", 1) for line in output.read_text().splitlines())
        word = [found["python"], "-I", "-c", "import tiny; print(tiny.WORD)"]
        return found | {"word": subprocess.run(word, capture_output=True, text=True, check=True).stdout.strip()}


def pip_hash(path: Path) -> str:
    command = [sys.executable, "-m", "pip", "hash", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]


def wheel(folder: Path, word: str, *, name: str = "tiny") -> Path:
    """Build a wheel of one module by hand."""
    import zipfile

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"WORD = {json.dumps(word)}\n")
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(
            f"{name}-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{name}-1.0.dist-info/RECORD", f"{name}.py,,\n")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


def test_what_was_fetched_once_is_enough_without_an_index(kept: Kept) -> None:
    first = kept.make(index=True)
    assert (first["word"], first["fetched"]) == ("good", "true")
    assert [path.name for path in kept.packages.iterdir()] == [kept.wheel.name]
    second = kept.make(index=False)
    assert (second["word"], second["fetched"]) == ("good", "false")
    assert second["python"] != first["python"]


def test_the_packages_of_stores_are_for_the_stage_that_opens_one(kept: Kept) -> None:
    """Not every platform has wheels of them, and nothing is built; what another stage has kept lacks them."""

    def has_them(made: dict[str, str]) -> bool:
        command = [made["python"], "-I", "-c", "import importlib.util as u; print(u.find_spec('lasting') is not None)"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True\n"

    assert not has_them(kept.make(index=True))
    assert has_them(kept.make(index=True, stage="store"))
    assert not has_them(kept.make(index=False, stage="watch"))


def test_a_forged_package_is_never_installed(kept: Kept) -> None:
    wheel(kept.packages, "forged")
    refused = kept.make(index=False)
    assert refused["exit"] == "3"
    wheel(kept.packages, "forged")
    assert kept.make(index=True)["word"] == "good"


def test_a_folder_that_lacks_packages_is_filled_again(kept: Kept) -> None:
    kept.packages.mkdir()
    (kept.packages / "page.html").write_text('<a href="http://127.0.0.1:9/tiny-1.0-py3-none-any.whl">tiny</a>')
    assert kept.make(index=True)["word"] == "good"
    assert not (kept.packages / "page.html").exists()
