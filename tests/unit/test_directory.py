"""``-C DIR``: everything happens in a folder, and a configuration that lies only below is pointed out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from reporter.cli import main
from reporter.pipeline.configured_below import DEPTH, configured_below
from tests.unit.test_init import lay_out

WRITE = "import json, sys; json.dump([{'name': 'a', 'unit': 's', 'value': 1}], open(sys.argv[1], 'w'))"


def call(*arguments: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(list(arguments), stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is entered, with a configured suite in services/api."""
    monkeypatch.chdir(tmp_path)
    command = json.dumps(f"{sys.executable} write.py {{output}}")
    files = {"services/api/benchverdict.toml": f"[measure]\ncommand = {command}\n", "services/api/write.py": WRITE}
    return lay_out(tmp_path, files)


def test_configuration_command_runs_and_report_are_those_of_the_folder(project: Path) -> None:
    code, out, err = call("-C", "services/api", "run")
    assert code == 0, err
    assert Path.cwd() == project / "services" / "api"
    assert (project / "services/api/.benchverdict/report/verdict.json").is_file()
    assert [path.name for path in project.iterdir()] == ["services"]
    assert "report: .benchverdict/report/report.html" in out


def test_a_folder_that_is_not_there_is_an_error(project: Path) -> None:
    code, _, err = call("-C", "gone", "run")
    assert (code, "gone: cannot be entered" in err, "[no-directory]" in err) == (2, True, True)
    assert Path.cwd() == project


def test_without_a_command_the_error_names_the_folder_that_has_one(project: Path) -> None:
    code, _, err = call("run")
    assert code == 2
    assert "there is a configuration in services/api: call `benchverdict -C` with it" in err


def test_a_configuration_that_is_not_read_is_pointed_out(project: Path) -> None:
    command = ("run", "--", sys.executable, "services/api/write.py", "{output}")
    assert "warning: no configuration is read here; there is a configuration in services/api" in call(*command)[2]
    (project / "benchverdict.toml").write_text("")
    assert "warning" not in call(*command)[2]


def test_only_a_configuration_of_ours_counts_and_only_near(tmp_path: Path) -> None:
    deep = "/".join("abcdef"[:DEPTH])
    files = {
        "a/pyproject.toml": "[tool.benchverdict.measure]\n",
        "b/pyproject.toml": "[tool.other]\n",
        f"{deep}/benchverdict.toml": "",
        f"{deep}/d/e/benchverdict.toml": "",
        "node_modules/x/benchverdict.toml": "",
        ".hidden/benchverdict.toml": "",
    }
    assert configured_below(lay_out(tmp_path, files)) == ["a", deep]
    (tmp_path / "pyproject.toml").write_text("[tool.benchverdict]\n")
    assert configured_below(tmp_path) == []
