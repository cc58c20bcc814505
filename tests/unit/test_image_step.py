"""Which image a checkout uses: the released one for exactly its content, else one that is built once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STEPS = "entrypoint/steps"
RELEASED = "ghcr.io/octo/benchverdict@sha256:0123"
ENGINE = """#!/bin/sh
echo "$*" >>"$CALLS"
case $1 in
  pull) echo "$3" ;;
  image) for name; do :; done; test -f "$CALLS.$name" && cat "$CALLS.$name" ;;
  build) echo sha256:4567 >"$CALLS.$3"; echo "Step 1/9 : FROM base" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a stand-in for the engine that notes its calls and knows the images it was told to build."""
    place = tmp_path / "checkout"
    for name in ("reporter", "entrypoint", "templates", "schemas", "requirements"):
        (place / name).mkdir(parents=True)
        (place / name / "stores.txt").write_text(name)
    for name in ("Dockerfile", ".dockerignore"):
        shutil.copy(ROOT / name, place)
    shutil.copytree(ROOT / STEPS, place / STEPS)
    engine = tmp_path / "bin" / "docker"
    engine.parent.mkdir()
    engine.write_text(ENGINE)
    engine.chmod(0o755)
    return place


def step(checkout: Path, script: str, *arguments: str) -> str:
    tools = checkout.parent / "bin"
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", "CALLS": str(tools / "calls")}
    command = ["bash", str(checkout / STEPS / script), *arguments]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def calls(checkout: Path) -> list[str]:
    return [line.split()[0] for line in (checkout.parent / "bin" / "calls").read_text().splitlines()]


def test_an_unreleased_checkout_is_built_once_and_named_by_its_id(checkout: Path) -> None:
    """The attack: a command that may use the engine gives the name of this content to an image of its own."""
    used = {step(checkout, "image.sh"), step(checkout, "image.sh")}
    assert calls(checkout) == ["image", "build", "image", "image", "image"]
    assert used == {"sha256:4567"}


def test_a_release_is_pulled_by_digest(checkout: Path) -> None:
    (checkout / "image.digest").write_text(f"{RELEASED} {step(checkout, 'image-content.sh')}\n")
    assert step(checkout, "image.sh") == RELEASED
    assert calls(checkout) == ["pull"]


def test_a_changed_release_is_built(checkout: Path) -> None:
    (checkout / "image.digest").write_text(f"{RELEASED} {step(checkout, 'image-content.sh')}\n")
    (checkout / "reporter" / "more.py").touch()
    assert step(checkout, "image.sh").startswith("sha256:")


@pytest.mark.parametrize("name", ["Dockerfile", "requirements/stores.txt", "reporter/new.py", "templates/report.css"])
def test_what_goes_into_the_image_changes_its_name(checkout: Path, name: str) -> None:
    before = step(checkout, "image-content.sh")
    (checkout / name).write_text("other")
    assert step(checkout, "image-content.sh") != before


def packages(name: str) -> set[str]:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return {line.split(" ")[0] for line in text.splitlines() if re.match(r"\w", line)}


def test_only_the_image_and_the_stage_of_stores_need_the_clients_of_stores() -> None:
    more = packages("stores.txt") - packages("runtime.txt")
    assert {name.partition("==")[0] for name in more} == {"obstore", "psycopg", "psycopg-binary"}
    assert packages("runtime.txt") < packages("stores.txt")
    assert "COPY requirements/stores.txt " in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "!requirements/stores.txt\n" in (ROOT / ".dockerignore").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "reporter/__pycache__/x.pyc", f"{STEPS}/setup.sh", "image.digest"])
def test_what_does_not_leaves_it(checkout: Path, name: str) -> None:
    before = step(checkout, "image-content.sh")
    (checkout / name).parent.mkdir(exist_ok=True)
    (checkout / name).write_text("other")
    assert step(checkout, "image-content.sh") == before
