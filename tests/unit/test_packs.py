"""Packs: the sessions of one benchmark as they were packed, and nothing of a damaged one."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reporter.model import Baseline, BaselineSource
from reporter.shared.errors import InputError
from reporter.store import packs
from reporter.store.history import AGAINST_ITSELF, session_of
from tests.suites import suite_of

if TYPE_CHECKING:
    from collections.abc import Callable


def measuring(commit: str, benchmarks: dict[str, list[list[float]]]) -> Baseline:
    made = replace(suite_of(benchmarks, commit=commit), measured_at=1_700_000_000.5)
    own = session_of(made)
    return Baseline(suite=made, history=(replace(own, plan=AGAINST_ITSELF), own), source=BaselineSource(commit=commit))


TWO = {
    "one": measuring("a" * 40, {"parse": [[1.0, 2.0], []], "größe": [[3.0], [4.0]]}),
    "two": measuring("b" * 40, {"größe": [[5.0], [6.0]]}),
}


def test_what_was_packed_is_read_by_benchmark() -> None:
    packed = packs.dump(TWO)
    for benchmark in ("parse", "größe"):
        found = packs.load(io.BytesIO(packed), "here", benchmark)
        assert [(name, one.commit, one.plan) for name, one in found] == [
            (name, each.suite.commit, plan) for name, each in TWO.items() for plan in (AGAINST_ITSELF, "whole")
        ]
        for (_, read), written in zip(found, [one for each in TWO.values() for one in each.history], strict=True):
            assert (read.measured_at, read.fingerprint) == (written.measured_at, written.fingerprint)
            expected = {key: table for key, table in written.statistics.items() if key[0] == benchmark}
            assert read.statistics.keys() == expected.keys()
            for key, table in expected.items():
                np.testing.assert_array_equal(read.statistics[key], table)
    assert [one.statistics for _, one in packs.load(io.BytesIO(packed), "here", "none")] == [{}] * 4


def _changed(change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packs.dump(TWO))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _packed_as(method: int) -> bytes:
    """Pack the members in another way, and damage what they hold."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packs.dump(TWO))) as archive, zipfile.ZipFile(packed, "w", method) as other:
        for name in archive.namelist():
            other.writestr(name, archive.read(name))
    content = bytearray(packed.getvalue())
    content[content.index(b"pack.json") + 9 + 12] ^= 0xFF
    return bytes(content)


def _encrypted() -> bytes:
    """Set the flag of an encrypted entry in every line of the directory."""
    return re.sub(rb"(?s)(PK\x01\x02.{4})..", lambda found: found[1] + b"\x01\x00", packs.dump(TWO))


def _header(**changes: object) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update(
        {"pack.json": json.dumps(json.loads(members["pack.json"]) | changes).encode()}
    )


PART = str(packs.part_of("parse"))


def _row(*pointers: float) -> Callable[[dict[str, bytes]], None]:
    row = np.array([*pointers, *[1.0] * 11], dtype="<f8").tobytes()
    return lambda members: members.update({PART: row})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive",
        packs.dump(TWO)[:-30],
        _changed(lambda members: members.__delitem__("pack.json")),
        _changed(lambda members: members.__delitem__(PART)),
        _changed(lambda members: members.update({PART: b"x" * 13})),
        _changed(lambda members: members.update({PART: bytes(65 * 2**20)})),
        _changed(_header(schema="pack/v2")),
        _changed(_header(measurings=[])),
        _changed(_header(machines=[])),
        _changed(_header(sessions=[])),
        _encrypted(),
        _packed_as(zipfile.ZIP_LZMA),
        _packed_as(zipfile.ZIP_BZIP2),
        _changed(_row(99, 0, 0)),
        _changed(_row(-1, 0, 0)),
        _changed(_row(0, 0, 99)),
        _changed(_row(0, 0, -1)),
        _changed(_row(float("nan"), 0, 0)),
        _changed(_row(float("inf"), 0, 0)),
    ],
)
def test_a_damaged_pack_is_an_error(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        packs.load(io.BytesIO(content), "here", "parse")
    assert caught.value.code == "broken-pack"
