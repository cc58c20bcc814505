"""One registry knows the kinds of stores; a store is what the protocol says."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reporter.model import Baseline, BaselineSource
from reporter.shared.errors import InputError, UsageError
from reporter.store import history, registry
from reporter.store.directory import DirectoryStore
from reporter.store.protocol import Missing, Store
from reporter.store.registry import once, open_store
from tests.suites import suite_of
from tests.unit.test_imports import ROOT, SOURCES


@dataclass
class Memory(Store):
    """The smallest store: what has to be written for another kind."""

    place: Path
    baselines: dict[str, Baseline] = field(default_factory=dict)

    def find(self, suite: str) -> Baseline | Missing:
        return self.baselines.get(suite) or Missing(reason="nothing is kept")

    def save(self, baseline: Baseline) -> str:
        self.baselines[baseline.suite.name] = baseline
        return str(self.place)

    def forget(self, suite: str) -> None:
        self.baselines.pop(suite, None)

    def kept(self) -> tuple[tuple[str, Baseline | Missing], ...]:
        return tuple(sorted(self.baselines.items()))


def test_a_place_is_a_folder_unless_it_is_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {**registry.STORES, "file": lambda place, _pinned: Memory(Path(place))}
    monkeypatch.setattr(registry, "STORES", kinds)
    assert isinstance(open_store(tmp_path / "baseline"), DirectoryStore)
    assert isinstance(open_store(str(tmp_path / "v1.2")), DirectoryStore)
    assert isinstance(open_store("file:///anywhere"), Memory)
    with pytest.raises(UsageError):
        open_store("memory://x")


def test_what_follows_from_find_is_the_same_in_every_store(tmp_path: Path) -> None:
    suite = suite_of({"a": [[1.0, 2.0]]})
    baseline = Baseline(suite=suite, history=history.extend(None, suite), source=BaselineSource(commit=None))
    for store in (Memory(tmp_path), DirectoryStore(tmp_path)):
        assert store.known(suite.name) is None
        assert store.history(suite.name) == ()
        store.save(baseline)
        known = store.known(suite.name)
        assert known
        assert known.suite.name == suite.name
        assert len(store.history(suite.name)) == 1
        assert len(store.kept()) == 1
        store.forget(suite.name)
        store.forget(suite.name)
        assert store.known(suite.name) is None


def test_only_the_registry_names_a_kind_of_store() -> None:
    named = {path.relative_to(ROOT).as_posix() for path in SOURCES if "DirectoryStore" in path.read_text("utf-8")}
    assert named == {"reporter/store/directory.py", "reporter/store/registry.py"}


def test_a_store_that_cannot_be_read_is_asked_once() -> None:
    asked: list[str] = []

    def ask(_place: str, suite: str, _pinned: str | None) -> Missing:
        asked.append(suite)
        if suite == "broken":
            raise InputError("store-error", "no answer")
        return Missing(reason="nothing is there")

    kept = once(ask)
    for _ in range(3):
        with pytest.raises(InputError, match="no answer"):
            kept("s3://a", "broken", None)
        assert kept("s3://a", "empty", None) == Missing(reason="nothing is there")
    assert asked == ["broken", "empty"]
