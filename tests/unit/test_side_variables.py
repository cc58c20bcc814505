"""What a side's environment names is the side's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reporter.measure.paired.sides import Side, variables

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("folder", [".", "crates/shop"])
def test_cargo_builds_each_side_in_its_own_tree(tmp_path: Path, folder: str) -> None:
    found = []
    for name in ("base", "head"):
        side = Side(name, "0" * 40, tmp_path / name, tmp_path / name / folder)
        found.append(variables(side, tmp_path / "root", {"CARGO_TARGET_DIR": "/tmp/shared"})["CARGO_TARGET_DIR"])
    assert found == [str(tmp_path / name / folder / "target") for name in ("base", "head")]


@pytest.mark.parametrize("environ", [{}, {"CARGO_TARGET_DIR": "out"}, {"CARGO_TARGET_DIR": ""}])
def test_a_place_relative_to_the_tree_stays(tmp_path: Path, environ: dict[str, str]) -> None:
    led = variables(Side("base", "0" * 40, tmp_path, tmp_path), tmp_path / "root", environ)
    assert led.get("CARGO_TARGET_DIR") == environ.get("CARGO_TARGET_DIR")
