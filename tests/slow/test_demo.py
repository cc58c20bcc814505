"""The demo as a person runs it: it measures for half a minute."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reporter.cli import main
from reporter.commands import demo

if TYPE_CHECKING:
    from pathlib import Path


def test_the_demo_runs_and_reports(tmp_path: Path) -> None:
    """Whether it finds the planted changes or cannot tell is a matter of the machine."""
    stdout, stderr = io.StringIO(), io.StringIO()
    code = main(["demo", "--output", str(tmp_path / "demo")], stdout, stderr)
    assert code in (0, 1), stderr.getvalue()
    assert (tmp_path / "demo" / "report" / "report.html").is_file()
    assert any(line in stdout.getvalue().splitlines() for line in (demo.RIGHT, demo.COULD_NOT_TELL, demo.WRONG))
