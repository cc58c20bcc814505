from __future__ import annotations

import runpy
from dataclasses import dataclass
from pathlib import Path

import pytest

from reporter.ingest import Document, FileReading, read_file
from reporter.ingest.reading import About, Format
from reporter.ingest.registry import FORMATS, named, recognise
from reporter.shared.errors import InputError, UsageError
from tests.recorded import DATA, formats, recorded

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


NOTHING = About(versions="", command="", samples="", metrics="", lost="")


@dataclass(frozen=True)
class Claims:
    """A format that is always as sure as it says."""

    name: str
    certainty: float
    about: About = NOTHING

    def score(self, document: Document) -> float:
        return self.certainty

    def read(self, document: Document) -> FileReading:
        return FileReading(path=document.path, format=self.name, readings=())


DOCUMENT = Document(path=Path("result.txt"), text="x")


def test_the_surest_format_wins() -> None:
    formats = (Claims("a", 0.5), Claims("b", 0.9), Claims("c", 0.0))
    assert recognise(DOCUMENT, formats).name == "b"


def test_two_equally_sure_formats_are_an_error_that_names_both_and_the_option() -> None:
    with pytest.raises(InputError) as caught:
        recognise(DOCUMENT, (Claims("a", 0.5), Claims("b", 0.5), Claims("c", 0.4)))
    assert caught.value.code == "ambiguous-format"
    assert "a and b" in caught.value.what
    assert "--input-format a" in caught.value.cure


def test_no_format_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        recognise(DOCUMENT)
    assert caught.value.code == "unknown-format"
    assert all(entry.name in caught.value.what for entry in FORMATS)


def test_broken_json_is_the_error_unless_a_format_knows_the_text() -> None:
    damage = InputError("broken-json", "this is not JSON")
    document = Document(path=Path("result.txt"), text="[x", json_error=damage)
    with pytest.raises(InputError) as caught:
        recognise(document, (Claims("a", 0.0),))
    assert caught.value is damage
    assert recognise(document, (Claims("a", 0.1),)).name == "a"


def test_unknown_name_is_an_error_that_names_the_nearest_and_all() -> None:
    with pytest.raises(UsageError) as caught:
        named("pytest_benchmark")
    assert "did you mean 'pytest-benchmark'" in caught.value.what
    assert all(entry.name in caught.value.cure for entry in FORMATS)
    with pytest.raises(UsageError):
        read_file(Path("no such file"), format_name="nonsense")


def test_named_format_is_not_guessed(tmp_path: Path) -> None:
    timeit = DATA / "pyperf" / "timeit.json"
    assert read_file(timeit, format_name="pyperf").format == "pyperf"
    with pytest.raises(InputError) as caught:
        read_file(timeit, format_name="pytest-benchmark")
    assert caught.value.code == "broken-result"
    broken = tmp_path / "broken.json"
    broken.write_text('{"benchmarks": [')
    with pytest.raises(InputError) as caught:
        read_file(broken, format_name="pytest-benchmark")
    assert caught.value.code == "truncated-json"


@pytest.mark.parametrize("folder", sorted(entry.name for entry in FORMATS))
def test_every_format_has_data_that_exactly_it_recognises(folder: str) -> None:
    files = recorded(folder)
    assert any(read_file(path).readings for path in files)
    assert {read_file(path).format for path in files} == {folder}


def test_there_is_no_data_without_its_format() -> None:
    assert formats() == sorted(entry.name for entry in FORMATS)


def test_the_page_is_what_the_formats_say() -> None:
    made = runpy.run_path(str(DOCS.with_name("make_formats.py")))["page"]()
    assert DOCS.read_text(encoding="utf-8") == made, "run: python docs/make_formats.py"


@pytest.mark.parametrize("entry", FORMATS, ids=lambda entry: entry.name)
def test_every_format_says_what_is_read_of_it(entry: Format) -> None:
    about = entry.about
    texts = (about.versions, about.command, about.samples, about.metrics, about.lost)
    assert all(len(text) > 3 and "\n" not in text for text in texts)
    assert not any("|" in text for text in texts if text != about.command)
