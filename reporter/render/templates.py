"""Where the templates are, and the one way they are filled in."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reporter.render import load_words, terms, words
from reporter.render.plain import unbroken
from reporter.shared import failed_side

if TYPE_CHECKING:
    from jinja2 import Environment


def folder() -> Path:
    """Return the folder of the templates: inside the package when installed, at the top of a source checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def read(name: str) -> str:
    """Return a file of the templates as it is (style sheets and scripts)."""
    return (folder() / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Return the template engine: unknown names are errors, and everything put into HTML is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from reporter.render import flame_words, site_words

    engine = Environment(
        loader=FileSystemLoader(folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    engine.filters["unbroken"] = unbroken
    engine.globals["failed"] = failed_side
    engine.globals["words"] = words
    engine.globals["terms"] = terms
    engine.globals["load_words"] = load_words
    engine.globals["site_words"] = site_words
    engine.globals["flame_words"] = flame_words
    return engine
