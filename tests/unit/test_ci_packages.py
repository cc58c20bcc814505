"""CI installs every program without which a test fails there, on a machine that has none of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "chromium": "chromium",
    "cmark-gfm": "cmark-gfm",
    "docker": "docker.io",
    "git": "git",
    "go": "golang-go",
    "initdb": "postgresql",
    "redis-server": "redis-server",
    "valgrind": "valgrind",
}
"""By the program that tests look for. Node and act come with the development requirements."""


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_a_program_that_tests_need_is_installed(package: str) -> None:
    (found,) = re.findall(r"^packages=\(([^)]*)\)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert package in found.split()


def test_a_hosted_runner_gets_what_it_does_not_bring() -> None:
    text = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    (found,) = re.findall(r"apt-get install -qq -y (.*)", text)
    assert {"cmark-gfm", "postgresql", "redis-server", "valgrind"} <= set(found.split())
