"""What a changed file is, by its path alone: a document, code, or something that may decide how all is built."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_DOCUMENT = re.compile(
    r"""
    .*\.(md|rst|pyi|ipynb)
    | (.*/)?(LICEN[SC]E|COPYING|AUTHORS|CHANGELOG|CHANGES|NEWS|HISTORY|README|CONTRIBUTING|CODEOWNERS)(\.(txt|adoc|in))?
    | \.github/.*
    | (.*/)?\.(gitignore|gitattributes|git-blame-ignore-revs|editorconfig|mailmap)
    | \.pre-commit-config\.ya?ml | \.?readthedocs\.ya?ml | \.?codecov\.ya?ml | (.*/)?py\.typed
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FOLDERS = frozenset({"doc", "docs", "changelog", "changes", "newsfragments", "news"})
_BUILDS = frozenset({"setup.py", "build.py", "hatch_build.py", "versioneer.py", "conftest.py", "sitecustomize.py"})


def is_document(path: str) -> bool:
    """Return whether a file does nothing unless something opens it."""
    return _DOCUMENT.fullmatch(path) is not None or _is_among_documents(path)


def _is_among_documents(path: str) -> bool:
    *folders, name = path.lower().split("/")
    _, dot, ending = name.rpartition(".")
    return bool(dot) and ending not in {"py", "toml", "cfg"} and not _FOLDERS.isdisjoint(folders)


def is_module(path: str) -> bool:
    """Return whether a file is Python code that does nothing unless it is imported."""
    pure = PurePosixPath(path)
    return pure.suffix == ".py" and pure.name not in _BUILDS


def module_of(path: str) -> str:
    """Return the path of a module without its ending; of a package's own file that of the package."""
    return path.removesuffix(".py").removesuffix("/__init__")
