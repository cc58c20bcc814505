"""The result files in ``tests/data``: everything there that is not the recipe of how it was made."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"
RECIPES = frozenset((".py", ".md", ".sh", ".go", ".mod", ".cpp", ".rs", ".toml", ".java", ".js", ".jmx"))


def recorded(format_name: str) -> list[Path]:
    """Every result file of one format, those in folders its tool makes included."""
    folder = DATA / format_name
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in RECIPES)


def formats() -> list[str]:
    """Every format that has data."""
    return sorted(path.name for path in DATA.iterdir() if path.is_dir())


def all_recorded() -> list[Path]:
    """Every result file of every format."""
    return [path for name in formats() for path in recorded(name)]
