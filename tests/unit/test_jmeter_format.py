from __future__ import annotations

from pathlib import Path

import pytest

from reporter.ingest import Document, read_file
from reporter.ingest.jmeter import score
from reporter.shared.errors import InputError
from tests.recorded import DATA, recorded

JMETER = DATA / "jmeter"
HEADER = "timeStamp,elapsed,label,success"


@pytest.mark.parametrize("file", ["table.csv", "bare.csv", "samples.xml"])
def test_working_samples_are_the_values_and_sums_are_left_out(file: str) -> None:
    readings = read_file(JMETER / file).readings
    found = {(entry.name, entry.metric.name): list(entry.values) for entry in readings}
    assert found == {
        ("Home", "time"): pytest.approx([0.12, 0.08]),
        ("Home", "failures"): pytest.approx([1 / 3]),
        ('Search "x, y"', "time"): pytest.approx([0.04]),
        ('Search "x, y"', "failures"): [0],
        ("Broken", "time"): [],
        ("Broken", "failures"): [1],
    }
    [broken] = [entry.error for entry in readings if entry.error]
    assert broken == "all 1 samples failed"


@pytest.mark.parametrize("path", recorded("jmeter"), ids=lambda path: path.name)
def test_addresses_are_not_kept(path: Path) -> None:
    assert "not-a-real-token" not in repr(read_file(path))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "x.jtl"
    path.write_text(text)
    return path


def test_only_transactions_are_read_when_there_is_nothing_else(tmp_path: Path) -> None:
    row = 'timeStamp,elapsed,label,responseMessage,success\n1,5,Visit,"Number of samples in transaction : 2",true\n'
    [time, _] = read_file(written(tmp_path, row)).readings
    assert (time.name, list(time.values)) == ("Visit", [0.005])


def test_transaction_that_holds_its_samples_is_read_beside_other_samples(tmp_path: Path) -> None:
    nested = (
        '<sample t="9" s="true" lb="Visit" rm="Number of samples in transaction : 1"><sample t="4" lb="x"/></sample>'
    )
    text = f'<testResults>{nested}<sample t="7" s="true" lb="a"/></testResults>'
    assert {entry.name for entry in read_file(written(tmp_path, text)).readings} == {"Visit", "a"}


@pytest.mark.parametrize("start", ["", "\n  "])
def test_xml_may_have_white_space_before_and_no_declaration(tmp_path: Path, start: str) -> None:
    text = start + '<testResults version="1.2"><sample t="7" s="true" lb="a"/></testResults>'
    assert list(read_file(written(tmp_path, text)).readings[0].values) == [0.007]


def test_time_that_is_no_number_is_errored(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\n1,NaN,a,true\n1,,b,true\n1,-5,c,true\n")
    assert [entry.error for entry in read_file(path).readings if entry.metric.name == "time"] == [
        "a value is NaN",
        "a value is a text, not a number",
        "a time is below zero (-0.005 s)",
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{HEADER}\n1,5,a,true\n1,5", "line 3"),
        (f"{HEADER}\n1,5,a,maybe\n", "line 2"),
        (f"{HEADER}\n1,5,,true\n", "line 2, label"),
        ('<testResults><sample t="7" s="true" lb="a"/>', "line 1"),
        ("<!-- x --><testResults><sample t='7' s='yes' lb='a'/></testResults>", "line 1"),
        ("<testResults><!DOCTYPE a [<!ENTITY b 'c'>]><sample/></testResults>", "line 1"),
    ],
)
def test_broken_file_names_the_place(tmp_path: Path, text: str, place: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.where) == ("broken-result", f"{path}, {place}")


@pytest.mark.parametrize(
    "text", ["1767261600000,5,a", "1767261600000,5,a,b,c,d,e,f", "elapsed,time\n1,2", "<html>", "<"]
)
def test_other_tables_and_xml_are_not_taken_for_jmeter(text: str) -> None:
    assert score(Document(path=Path("x"), text=text)) == 0
