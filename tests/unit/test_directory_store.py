from __future__ import annotations

import gzip
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reporter.ingest import assemble, read_file
from reporter.ingest.assemble import Provenance
from reporter.model import Baseline, BaselineSource
from reporter.shared.errors import InputError, UsageError
from reporter.store import history
from reporter.store.directory import DirectoryStore
from reporter.store.protocol import Missing
from reporter.store.snapshot import dump

RESULT = Path(__file__).parents[1] / "data" / "pytest-benchmark" / "5.3.1.json"
HOSTILE = [
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "C:\\x",
    "..",
    ".",
    "",
    "con",
    "COM1",
    "nul.txt",
    "-rf",
    "~",
    "x\n::error::",
    "größe",
    "grösse",
    "GRÖSSE",
    "suite",
    "Suite",
    "SUITE",
    "a" * 300,
    "a" * 301,
    "\ud800",
    "py3.11 | ubuntu",
]


def baseline(suite: str = "bench") -> Baseline:
    measured = assemble([[read_file(RESULT)]], suite=suite, known=Provenance(commit="c" * 40, measured_at=1000.0))
    return Baseline(suite=measured, history=history.extend(None, measured), source=BaselineSource(commit=None))


def source(folder: Path, **changes: Any) -> None:
    content = dict.fromkeys(("reason", "run_id", "artifact_id", "saved_at", "distance", "base_sha", "head_sha"))
    content |= {"schema": "source/v1", "found": True, "commit": "d" * 40, "ignored": [], **changes}
    folder.mkdir(exist_ok=True)
    (folder / "source.json").write_text(json.dumps(content))


def test_what_was_saved_is_found(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "new" / "store")
    path = Path(store.save(baseline()))
    assert path == tmp_path / "new" / "store" / "bench.json.gz"
    found = store.find("bench")
    assert isinstance(found, Baseline)
    assert found.suite.name == "bench"
    assert found.source == BaselineSource(commit="c" * 40)


def test_nothing_stored_says_where_it_was_looked_for(tmp_path: Path) -> None:
    missing = DirectoryStore(tmp_path / "store").find("bench")
    assert missing == Missing(reason=f"No baseline of 'bench' is stored in {tmp_path / 'store'}.")


def test_source_says_where_a_fetched_baseline_came_from(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    store.save(baseline())
    source(tmp_path, run_id=42, distance=3)
    found = store.find("bench")
    assert isinstance(found, Baseline)
    assert found.source == BaselineSource(commit="d" * 40, run_id=42, distance=3)


def test_source_says_why_nothing_was_fetched(tmp_path: Path) -> None:
    source(tmp_path, found=False, commit=None, reason="The only baseline has expired.")
    assert DirectoryStore(tmp_path).find("bench") == Missing(reason="The only baseline has expired.")


@pytest.mark.parametrize(
    "changes", [{"schema": "source/v2"}, {"found": 1}, {"run_id": "42"}, {"extra": 1}, {"ignored": [5]}]
)
def test_broken_source_is_an_error_that_names_it(tmp_path: Path, changes: dict[str, Any]) -> None:
    source(tmp_path, **changes)
    with pytest.raises(InputError) as caught:
        DirectoryStore(tmp_path).find("bench")
    assert caught.value.where == str(tmp_path / "source.json")


def test_source_that_is_not_json_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "source.json").write_text("{")
    with pytest.raises(InputError) as caught:
        DirectoryStore(tmp_path).find("bench")
    assert (caught.value.code, caught.value.where) == ("broken-source", str(tmp_path / "source.json"))


def test_broken_file_is_named_kept_aside_and_told(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    for attempt in (1, 2):
        (tmp_path / "bench.json.gz").write_bytes(b"rubbish %d" % attempt)
        missing = store.find("bench")
        assert isinstance(missing, Missing)
        assert str(tmp_path / "bench.json.gz") in missing.reason
        assert f"bench.json.gz.broken-{attempt}" in missing.reason
        assert missing.notice is not None
        assert missing.notice.code == "broken-snapshot"
        assert (tmp_path / f"bench.json.gz.broken-{attempt}").read_bytes() == b"rubbish %d" % attempt
    assert not (tmp_path / "bench.json.gz").exists()


def test_saving_over_a_broken_file_keeps_it_aside(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    (tmp_path / "bench.json.gz").write_bytes(b"rubbish")
    store.save(baseline())
    assert (tmp_path / "bench.json.gz.broken-1").read_bytes() == b"rubbish"
    assert isinstance(store.find("bench"), Baseline)


def test_file_of_a_newer_version_is_neither_moved_nor_replaced(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    path = tmp_path / "bench.json.gz"
    path.write_bytes(gzip.compress(b'{"schema": "snapshot/v2"}'))
    before = path.read_bytes()
    missing = store.find("bench")
    assert isinstance(missing, Missing)
    assert "newer version" in missing.reason
    with pytest.raises(UsageError) as caught:
        store.save(baseline())
    assert caught.value.code == "cannot-replace"
    assert path.read_bytes() == before


def test_baseline_of_another_suite_is_not_taken_for_this_one(tmp_path: Path) -> None:
    (tmp_path / "bench.json.gz").write_bytes(dump(baseline("other")))
    missing = DirectoryStore(tmp_path).find("bench")
    assert isinstance(missing, Missing)
    assert "'other'" in missing.reason
    assert (tmp_path / "bench.json.gz").exists()


def test_hostile_suite_names_stay_in_the_folder_and_apart(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    paths = [store.path_of(name) for name in HOSTILE]
    assert {path.parent for path in paths} == {tmp_path}
    assert len({path.name.lower() for path in paths}) == len(HOSTILE)
    assert not any(re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", path.name.partition(".")[0]) for path in paths)
    assert all(len(path.name) < 80 and path.name.isascii() and path.name.isprintable() for path in paths)
    assert not any(set(path.name) & set('<>:"/\\|?*') or path.name.startswith((".", "-")) for path in paths)


@pytest.mark.parametrize("name", HOSTILE[:-2])
def test_hostile_suite_name_is_saved_and_found(tmp_path: Path, name: str) -> None:
    store = DirectoryStore(tmp_path)
    store.save(replace(baseline(), suite=replace(baseline().suite, name=name)))
    assert isinstance(store.find(name), Baseline)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are a matter of POSIX")
def test_store_without_permission_is_an_error_and_not_an_empty_store(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "store")
    store.save(baseline())
    store.root.chmod(0)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)  # root may read everything
    try:
        with pytest.raises(InputError) as caught:
            store.find("bench")
        with pytest.raises((InputError, UsageError)):
            store.save(baseline())
    finally:
        os.seteuid(was)
        store.root.chmod(0o755)
    assert caught.value.code == "no-permission"
    assert isinstance(store.find("bench"), Baseline)


def test_list_names_every_baseline_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    store.save(baseline("b"))
    store.save(baseline("a"))
    (tmp_path / "c.json.gz").write_bytes(b"")
    listed = store.kept()
    assert [Path(place).name for place, _ in listed] == ["a.json.gz", "b.json.gz", "c.json.gz"]
    assert [type(found) for _, found in listed] == [Baseline, Baseline, Missing]
    assert DirectoryStore(tmp_path / "none").kept() == ()


def test_sessions_are_those_of_the_history_one_after_the_other(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    assert list(store.sessions("bench")) == []
    store.save(baseline())
    assert [session.commit for session in store.sessions("bench")] == ["c" * 40]
