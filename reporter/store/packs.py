"""Some measurings of a suite in one object, by benchmark: the history of one is read without all the others.

A pack is a zip archive: ``pack.json`` (``pack/v1``), and the rows of all benchmarks in parts, by a checksum of the
name. A row is a run: session, series, run and the statistics, as little-endian float64. A pack holds nothing that is
not in the measurings, so it may be missing or removed at any time.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from reporter.model import STATISTICS, Session
from reporter.records import pack as record
from reporter.records.reading import Origin, decode
from reporter.records.writing import to_json
from reporter.shared.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reporter.model import Baseline, FloatArray
    from reporter.store.history import Key

PARTS = 64
LARGEST_PART = 64 * 2**20
HEADER = "pack.json"
_TYPE = np.dtype("<f8")
_POINTERS = 3
"""Columns before the statistics: session, series, run."""
_CURE = "remove it: it holds nothing that the measurings do not hold"


def dump(measurings: Mapping[str, Baseline]) -> bytes:
    """Return the pack of measurings by their names."""
    machines: dict[str, int] = {}
    series: dict[Key, int] = {}
    sessions: list[dict[str, object]] = []
    parts: list[list[FloatArray]] = [[] for _ in range(PARTS)]
    for place, measuring in enumerate(measurings.values()):
        for session in measuring.history:
            machine = machines.setdefault(json.dumps(session.fingerprint.to_json()), len(machines))
            for key, table in session.statistics.items():
                which = series.setdefault(key, len(series))
                parts[part_of(key[0])].append(_rows(len(sessions), which, table))
            sessions.append(_header(session, place, machine))
    header = {
        "schema": record.SCHEMA,
        "measurings": list(measurings),
        "machines": [json.loads(machine) for machine in machines],
        "sessions": sessions,
        "series": [{"benchmark": name, "params": dict(params), "metric": metric} for name, params, metric in series],
    }
    return _archive(json.dumps(to_json(header, record.Pack), separators=(",", ":"), allow_nan=False), parts)


def part_of(benchmark: str) -> int:
    """Return in which part the rows of a benchmark are."""
    return zlib.crc32(benchmark.encode("utf-8", "surrogatepass")) % PARTS


def _header(session: Session, measuring: int, machine: int) -> dict[str, object]:
    return {
        "measuring": measuring,
        "machine": machine,
        "commit": session.commit,
        "measured_at": session.measured_at,
        "plan": session.plan,
    }


def _rows(session: int, series: int, table: FloatArray) -> FloatArray:
    rows = np.empty((len(table), _POINTERS + len(STATISTICS)), dtype=_TYPE)
    rows[:, 0], rows[:, 1], rows[:, 2] = session, series, np.arange(len(table))
    rows[:, _POINTERS:] = table
    return rows


def _archive(header: str, parts: Sequence[Sequence[FloatArray]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, rows in enumerate(parts):
            archive.writestr(str(number), b"".join(table.tobytes() for table in rows))
        archive.writestr(HEADER, header)  # beside the directory of the archive, so both are read at once
    return packed.getvalue()


def load(stream: io.RawIOBase | io.BytesIO, where: str, benchmark: str) -> list[tuple[str, Session]]:
    """Return the sessions of one benchmark in a pack, each with the name of its measuring; also those without a row.

    Raises:
        InputError: it is damaged, or not as ``dump`` writes it.
    """
    origin = Origin(schema=record.SCHEMA, where=where, code="broken-pack", cure=_CURE)
    try:
        with zipfile.ZipFile(cast("IO[bytes]", stream)) as archive:
            header = decode(_member(archive, HEADER), record.Pack, origin)
            rows = np.frombuffer(_member(archive, str(part_of(benchmark))), dtype=_TYPE)
        return _sessions(header, rows.reshape(-1, _POINTERS + len(STATISTICS)), benchmark)
    except (
        zipfile.BadZipFile,
        zlib.error,
        LookupError,
        ValueError,
        OverflowError,
        EOFError,
        NotImplementedError,
    ) as error:
        raise InputError("broken-pack", f"the pack is damaged: {error}", where=where, cure=_CURE) from error


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    member = archive.getinfo(name)
    if member.flag_bits or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"its part {name} is packed in another way")
    if member.file_size > LARGEST_PART:
        raise ValueError(f"its part {name} is too large")
    return archive.read(member)


def _sessions(header: record.Pack, rows: FloatArray, benchmark: str) -> list[tuple[str, Session]]:
    keys: dict[int, Key] = {
        number: (each.benchmark, tuple(each.params.items()), each.metric)
        for number, each in enumerate(header.series)
        if each.benchmark == benchmark
    }
    found = [
        (
            header.measurings[each.measuring],
            Session(
                commit=each.commit,
                measured_at=each.measured_at,
                fingerprint=header.machines[each.machine].known(),
                plan=each.plan,
                statistics={},
            ),
        )
        for each in header.sessions
    ]
    for (place, which), table in _tables(rows[np.isin(rows[:, 1], list(keys))]).items():
        if place < 0:
            raise ValueError("a row points outside the sessions")
        found[place][1].statistics[keys[which]] = table
    return found


def _tables(rows: FloatArray) -> dict[tuple[int, int], FloatArray]:
    """Return the statistics of each session and series, one row for each run."""
    grouped: dict[tuple[int, int], list[FloatArray]] = {}
    for row in rows:
        group = grouped.setdefault((int(row[0]), int(row[1])), [])
        if row[2] != len(group):
            raise ValueError("the runs of a session are not complete")
        group.append(row[_POINTERS:])
    return {pointers: np.array(group) for pointers, group in grouped.items()}
