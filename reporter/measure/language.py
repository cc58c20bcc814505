"""The language of a benchmark command, by the programs that it names: whose version makes runs comparable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reporter.measure.wording import displayed

if TYPE_CHECKING:
    from reporter.measure.plan import Plan


@dataclass(frozen=True)
class Language:
    """A language with the programs that show it, the one that tells its version, and where that stands."""

    name: str
    programs: str
    asked: tuple[str, ...]
    version: str


_LANGUAGES = (
    Language("Go", "go", ("go", "version"), r"go(\d+\.\d+\S*)"),
    Language("Rust", "cargo|rustc", ("rustc", "--version"), r"rustc (\d+\.\d+\S*)"),
    Language("Node.js", "node|npm|npx|pnpm|yarn|vitest", ("node", "--version"), r"v(\d+\.\d+\S*)"),
    Language("Java", r"java|mvnw?|gradlew?", ("java", "-version"), r"version \"(\d+(?:\.\d+)?[^\"]*)"),
    Language(".NET", "dotnet", ("dotnet", "--version"), r"(\d+\.\d+\S*)"),
)
_PYTHON = r"(?:python|pypy)[\d.]*|pytest|py\.test|asv|pyperf|locust|tox|nox"
_BEFORE, _BEHIND = r"(?:^|[\s/;&|(\"'])", r"(?=$|[\s;&|)\"'])"


def language_of(plan: Plan) -> Language | None:
    """Return the first language whose program a command names; ``None`` for Python, and where no program is known."""
    others = "|".join(f"(?P<l{number}>{each.programs})" for number, each in enumerate(_LANGUAGES))
    found = re.search(f"{_BEFORE}(?:{_PYTHON}|{others}){_BEHIND}", displayed(plan))
    number = found.lastgroup if found else None
    return _LANGUAGES[int(number[1:])] if number else None
