from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from reporter.ingest import FileReading, Reading, assemble, read_file, shape
from reporter.ingest.lengths import LONGEST_SHOWN, bounded, bounded_fingerprint
from reporter.ingest.shape import MAX_NAME
from reporter.model import Baseline, BaselineSource, Metric
from reporter.shared.errors import InputError
from reporter.shared.model import Fingerprint
from reporter.store import history, snapshot

PATH = Path("result.json")
LONG = "x" * MAX_NAME
READING = Reading(name="a", metric=Metric(name="time", unit="s", better="lower"), place="[0]", values=(1.0,))
LONGEST = structs.replace(
    READING,
    name=LONG,
    metric=Metric(name=LONG, unit=LONG, better=None),
    params=((LONG, LONG),),
    details=((LONG, LONG),),
    group=LONG,
)


def test_what_is_read_can_be_stored() -> None:
    file = FileReading(path=PATH, format="test", readings=(bounded(LONGEST, PATH),))
    suite = assemble([[file]], suite="s")
    baseline = Baseline(suite=suite, history=history.extend(None, suite), source=BaselineSource(commit=None))
    [stored] = snapshot.load(snapshot.dump(baseline), "here").suite.benchmarks
    assert (stored.name, stored.params, stored.samples[0][0].unit) == (LONG, ((LONG, LONG),), LONG)
    assert len(stored.category or "") == LONGEST_SHOWN


@pytest.mark.parametrize(
    "reading",
    [
        structs.replace(READING, name=LONG + "x"),
        structs.replace(READING, metric=Metric(name=LONG + "x", unit="s", better=None)),
        structs.replace(READING, metric=Metric(name="a", unit=LONG + "x", better=None)),
        structs.replace(READING, params=((LONG + "x", "1"),)),
        structs.replace(READING, params=(("n", LONG + "x"),)),
        structs.replace(READING, params=tuple((str(i), "1") for i in range(201))),
    ],
)
def test_longer_is_refused_and_never_cut(reading: Reading) -> None:
    with pytest.raises(InputError) as caught:
        bounded(reading, PATH)
    assert (caught.value.code, caught.value.where) == ("text-too-long", "result.json, [0]")


@pytest.mark.parametrize("row", ["BenchmarkA{} 1 2 ns/op", "test a{} ... bench: 1 ns/iter (+/- 1)", "1,5,a{},true"])
def test_too_many_benchmarks_are_refused(tmp_path: Path, row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape, "MOST_BENCHMARKS", 9)
    path = tmp_path / "result"
    head = "timeStamp,elapsed,label,success\n" if "," in row else ""
    path.write_text(head + "".join(row.format(number) + "\n" for number in range(4)))
    assert read_file(path).readings
    path.write_text(head + "".join(row.format(number) + "\n" for number in range(12)))
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert caught.value.code == "too-many-benchmarks"


def test_a_machine_with_an_endless_name_is_cut() -> None:
    machine = Fingerprint(os=LONG, cores=4, details=(("kernel", LONG), (LONG, "x")))
    cut = bounded_fingerprint(machine)
    assert (len(cut.os or ""), cut.cores) == (LONGEST_SHOWN, 4)
    assert [(len(key), len(value)) for key, value in cut.details] == [(6, LONGEST_SHOWN), (LONGEST_SHOWN, 1)]
    usual = Fingerprint(os="Linux", details=(("kernel", "6"),))
    assert bounded_fingerprint(usual) is usual


def test_what_fits_is_left_as_it_is() -> None:
    assert bounded(READING, PATH) is READING
