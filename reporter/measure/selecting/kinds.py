"""What a changed file is, by its path alone: a document, code, or something that may decide how all is built."""

from __future__ import annotations

from pathlib import PurePosixPath

_TEXTS = frozenset({".md", ".rst", ".pyi", ".ipynb"})
"""Endings of documents, wherever they lie."""
_SHOWN = _TEXTS | {".txt", ".adoc", ".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".css", ".bib", ".po", ".pdf"}
"""Endings of documents in a folder of them at the top of the repository."""
_FOLDERS = frozenset({"doc", "docs", "changelog", "changes", "newsfragments", "news"})
_NAMES = frozenset(
    [
        "license",
        "licence",
        "copying",
        "authors",
        "changelog",
        "changes",
        "news",
        "history",
        "readme",
        "contributing",
        "codeowners",
    ]
)
_NAME_ENDINGS = frozenset({"", ".txt", ".adoc", ".in"})
_FOR_TOOLS = frozenset(
    [".gitignore", ".gitattributes", ".git-blame-ignore-revs", ".editorconfig", ".mailmap", "py.typed"]
)
_AT_THE_TOP = frozenset(
    [
        ".pre-commit-config.yaml",
        ".pre-commit-config.yml",
        ".readthedocs.yaml",
        ".readthedocs.yml",
        "readthedocs.yaml",
        "readthedocs.yml",
        ".codecov.yaml",
        ".codecov.yml",
        "codecov.yaml",
        "codecov.yml",
    ]
)


def is_document(path: str) -> bool:
    """Return whether a file does nothing unless something opens it."""
    pure = PurePosixPath(path.lower())
    top = pure.parts[0] if len(pure.parts) > 1 else ""
    if pure.suffix in _TEXTS or top == ".github" or pure.name in _FOR_TOOLS or str(pure) in _AT_THE_TOP:
        return True
    return (top in _FOLDERS and pure.suffix in _SHOWN) or (pure.stem in _NAMES and pure.suffix in _NAME_ENDINGS)


def is_test(path: str) -> bool:
    """Return whether a file is a module of tests by its name, which nothing but pytest imports."""
    pure = PurePosixPath(path)
    return pure.suffix == ".py" and (pure.stem.startswith("test_") or pure.stem.endswith("_test"))


def module_of(path: str) -> str:
    """Return the path of a module without its ending; of a package's own file that of the package."""
    return path.removesuffix(".py").removesuffix("/__init__")
