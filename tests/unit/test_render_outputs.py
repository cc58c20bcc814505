from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import reporter.render
from reporter.render import OUTPUTS, Shown, Terminal, templates
from tests.reports import mixed

_ROOT = Path(__file__).parents[2]


def test_console_is_the_default() -> None:
    assert next(iter(OUTPUTS)) == "console"
    assert OUTPUTS.keys() >= {"json", "html", "markdown", "junit", "openmetrics"}


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("console", "✗ The whole suite is 4.1% slower"),
        ("json", '{\n"schema":"report/v1"'),
        ("html", "<!doctype html>"),
        ("markdown", "### ❌ The whole suite is 4.1% slower"),
        ("junit", "<?xml"),
    ],
)
def test_every_output_is_text_that_ends_with_a_line_break(name: str, start: str) -> None:
    text = OUTPUTS[name](Shown(mixed()), Terminal())
    assert text.startswith(start)
    assert text.endswith("\n")


def test_console_follows_the_terminal() -> None:
    assert "\x1b[" in OUTPUTS["console"](Shown(mixed()), Terminal(colour=True))
    assert OUTPUTS["console"](Shown(mixed()), Terminal(width=50)) != OUTPUTS["console"](
        Shown(mixed()), Terminal(width=120)
    )


@pytest.mark.parametrize("name", ["console", "json", "junit", "openmetrics"])
def test_light_outputs_load_neither_the_template_engine_nor_matplotlib(name: str) -> None:
    program = (
        "import sys; from reporter.render import OUTPUTS, Shown, Terminal; from tests.reports import mixed;"
        f"OUTPUTS[{name!r}](Shown(mixed()), Terminal());"
        "print([m for m in ('jinja2', 'matplotlib', 'numpy', 'github') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_templates_are_found_in_the_checkout() -> None:
    assert templates.folder() == _ROOT / "templates"


def test_templates_are_found_inside_an_installed_package(tmp_path: Path) -> None:
    source = Path(reporter.render.__file__).parents[1]
    for name in (
        "__init__.py",
        "render/__init__.py",
        "render/templates.py",
        "render/words.py",
        "render/load_words.py",
        "render/terms.py",
        "render/plain.py",
        "shared/__init__.py",
        "shared/failed_side.py",
        "shared/markdown.py",
        "shared/printable.py",
        "units.py",
        "verdicts.py",
    ):
        (tmp_path / "reporter" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, tmp_path / "reporter" / name)
    shutil.copytree(_ROOT / "templates", tmp_path / "reporter" / "templates")
    program = "from reporter.render import templates; print(templates.folder()); templates.read('report.css')"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == (tmp_path / "reporter" / "templates").resolve()
