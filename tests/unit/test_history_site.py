"""The site of a saved history: every file as its schema says, whole or not at all, the same for the same store."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from reporter.cli import main
from reporter.shared.errors import InputError, UsageError
from reporter.shared.model import Notice
from reporter.site import build, overview
from reporter.site.build import SiteRequest, build_site
from reporter.site.folder import MARK, replacing
from reporter.site.found import Release
from reporter.store.directory import DirectoryStore
from reporter.store.protocol import Missing
from tests.histories import OTHER_MACHINE, TIME, KeptStore, baseline_of, commit_of, shop, steady, step, suite_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reporter.model import Baseline

ROOT = Path(__file__).parents[2]
HOME = "https://github.com/acme/shop"
ATOM = "{http://www.w3.org/2005/Atom}"
RELEASES = (
    Release(label="v1", commits=(commit_of(4),)),
    Release(label="v2", commits=("f" * 40, commit_of(17), commit_of(16))),
    Release(label="never measured", commits=("e" * 40,)),
)


class Silent:
    """Shows nothing, and keeps what was begun."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def begin(self, title: str) -> None:
        self.begun.append(title)

    def step(self, text: str) -> None:
        """Show nothing."""


def built(folder: Path, *baselines: Baseline | Missing, **changes: Any) -> Path:
    store = KeptStore(baselines or (shop(),))
    request = SiteRequest(**{"store": store, "place": "store", "repository": HOME, "releases": RELEASES, **changes})
    build_site(request, folder / "site", Silent())
    return folder / "site"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("site"))


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def unpacked(text: str) -> Any:
    return json.loads(zlib.decompress(base64.b64decode(text), wbits=-15))


def benchmark(site: Path, name: str) -> Any:
    found = [read(path) for path in (site / "benchmarks").glob("*.json")]
    return next(one for one in found if one["name"] == name)


def test_every_file_is_as_its_schema_says(site: Path) -> None:
    kinds = set()
    for path in site.rglob("*.json"):
        content = read(path)
        kind = content["schema"].replace("/", "-")
        if path.name != MARK:
            kinds.add(kind)
            jsonschema.validate(content, read(ROOT / "schemas" / f"{kind}.json"))
    assert kinds == {f"site-{kind}-v1" for kind in ("index", "suite", "benchmark", "commit", "compare", "release")}


def test_every_page_has_its_json_beside_it_and_leads_to_files_that_are_there(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) == 1 + 1 + 5 + 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert page.with_suffix(".json").is_file()
        for address in re.findall(r'(?:href|src|data-sessions)="([^"#]+)"', text):
            place = site if "data-sessions" in text and address.startswith("suites/") else page.parent
            assert address.startswith((f"{HOME}/commit/", "data:")) or (place / address).resolve().is_file(), address


def test_names_of_files_come_from_hashes(site: Path) -> None:
    for path in site.rglob("*"):
        if path.is_file() and path.parent != site and path.parent.name != "assets":
            assert re.fullmatch(r"[0-9a-f]{24}(?:[0-9a-f]{16})?\.(?:html|json|js)", path.name)


def test_the_data_in_a_page_is_that_beside_it(site: Path) -> None:
    for page in (*(site / "benchmarks").glob("*.html"), site / "compare.html"):
        data = re.search(r'id="data">([\w+/=]+)</script>', page.read_text(encoding="utf-8"))
        assert data
        assert unpacked(data[1]) == read(page.with_suffix(".json"))
    for script in (*(site / "suites").glob("*.js"), *(site / "releases").glob("*.js")):
        called = re.fullmatch(r'benchverdict\("([^"]+)", "([\w+/=]+)"\);\n', script.read_text(encoding="utf-8"))
        assert called
        assert site / called[1] == script
        assert unpacked(called[2]) == read(script.with_suffix(".json"))


def test_a_line_holds_the_values_of_its_machine(site: Path) -> None:
    record = benchmark(site, "bench/test_shop.py::test_parse")
    lines = [(line["label"], record["metrics"][line["metric"]]["name"], line["machine"]) for line in record["lines"]]
    assert lines == [
        (label, metric, machine)
        for label, metric in (("size=10", "time"), ("size=10", "peak_memory"), ("size=1000", "time"))
        for machine in (0, 1)
    ]
    first = record["lines"][0]
    assert len(first["values"]) == 15
    assert first["values"][0] * 10.0 ** first["exponent"] == pytest.approx(1e-3, rel=0.01)
    assert first["values"][-1] * 10.0 ** first["exponent"] == pytest.approx(1.2e-3, rel=0.01)
    assert [change["place"] for change in first["changes"]] == [9], "the twelfth session is the ninth of this machine"
    assert len(str(min(first["values"]))) == 5
    assert all(0 <= below <= 25 for below in first["below"])
    late = benchmark(site, "new")["lines"][0]
    assert (late["first"], len(late["values"])) == (6, 9)


def test_single_runs_have_no_band(tmp_path: Path) -> None:
    suites = [suite_at(at, {("a", (), TIME): steady(1.0)}, runs=1) for at in range(3)]
    (line,) = benchmark(built(tmp_path, baseline_of(suites)), "a")["lines"]
    assert (line["below"], line["above"]) == ([], [])


def test_the_page_of_a_commit_has_what_changed_with_it(site: Path) -> None:
    record = read(site / "commits" / f"{commit_of(12)}.json")
    (change,) = record["changes"]
    assert (change["label"], change["direction"]) == ("bench/test_shop.py::test_parse (size=10)", "worse")
    assert record["address"] == f"{HOME}/commit/{commit_of(12)}"
    page = (site / "commits" / f"{commit_of(12)}.html").read_text(encoding="utf-8")
    assert "1 row regressed with 0d0d0d0d0d." in page
    assert f'<a href="{HOME}/commit/{commit_of(12)}">' in page
    assert read(site / "commits" / f"{commit_of(8)}.json")["added"] == ["new"]
    assert read(site / "commits" / f"{commit_of(0)}.json")["added"] == []


@pytest.mark.parametrize("commit", ["HEAD", "../../etc/passwd", "javascript:alert(1)", "0" * 65])
def test_what_is_no_commit_leads_nowhere(tmp_path: Path, commit: str) -> None:
    suites = [replace(suite_at(at, {("a", (), TIME): steady(1.0)}), commit=commit) for at in range(2)]
    (path,) = (built(tmp_path, baseline_of(suites)) / "commits").glob("*.json")
    assert len(path.stem) == 24
    assert read(path)["address"] is None
    assert HOME not in path.with_suffix(".html").read_text(encoding="utf-8")


def test_without_a_repository_no_commit_leads_out(tmp_path: Path) -> None:
    for page in built(tmp_path, repository="").rglob("*.html"):
        assert "https://" not in page.read_text(encoding="utf-8")


def test_the_overview_has_every_row_once_and_what_changed_last_on_top(site: Path) -> None:
    index = read(site / "index.json")
    rows = [(row["label"], row["metric"]) for row in index["rows"]]
    assert len(rows) == len(set(rows)) == 7
    assert rows[:2] == [("serve", "throughput"), ("bench/test_shop.py::test_parse (size=10)", "time")]
    assert next(change["label"] for change in index["changes"]) == "serve"
    assert {change["direction"] for change in index["changes"]} == {"worse", "better", None}


def test_more_rows_than_fit_come_in_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "CHUNK", 3)
    site = built(tmp_path)
    text = (site / "index.html").read_text(encoding="utf-8")
    found = re.search(r'id="data">([\w+/=]+)</script>', text)
    assert found
    rows = unpacked(found[1])["rows"]
    assert 'data-chunks="2"' in text
    for script in sorted((site / "overview").glob("*.js")):
        rows += unpacked(script.read_text().split('"')[3])["rows"]
    assert rows == read(site / "index.json")["rows"]


def test_the_feed_has_the_changes_for_the_worse(site: Path, tmp_path: Path) -> None:
    feed = ET.parse(site / "feed.xml").getroot()
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert titles == [
        "serve · throughput: −22.2% since 0f0f0f0f0f",
        "bench/test_shop.py::test_parse (size=10) · time: +20.0% since 0d0d0d0d0d",
    ]
    longer = ET.parse(built(tmp_path, shop(24)) / "feed.xml").getroot()
    before, after = ([one.findtext(f"{ATOM}id") for one in each.iter()] for each in (feed, longer))
    assert set(before) <= set(after), "an entry keeps its identity while the history grows"
    assert all(entry.findtext(f"{ATOM}updated") for entry in feed.iter(f"{ATOM}entry"))
    for link in feed.iter(f"{ATOM}link"):
        assert (site / link.attrib["href"]).is_file()


def _ids(site: Path) -> set[str | None]:
    return {one.text for one in ET.parse(site / "feed.xml").getroot().iter(f"{ATOM}id")}


def test_ids_in_the_feed_stay_the_same_when_a_machine_or_a_suite_is_added(site: Path, tmp_path: Path) -> None:
    levels = {("test_other", (), TIME): steady(0.1)}
    elsewhere = [suite_at(at, levels, fingerprint=replace(OTHER_MACHINE, cores=64)) for at in range(3)]
    known = shop()
    both = replace(known, history=(*known.history, *baseline_of(elsewhere).history))
    more = built(tmp_path, both, baseline_of([suite_at(at, levels, name="another") for at in range(3)]))
    before, after = (read(folder / "index.json") for folder in (site, more))
    assert len(after["suites"]) == 2
    assert {one["machine"] for one in after["changes"]} != {one["machine"] for one in before["changes"]}
    assert _ids(more) == _ids(site)


def test_releases_are_compared_by_levels_at_the_nearest_measured_commit(site: Path) -> None:
    compare = read(site / "compare.json")
    assert [(one["label"], one["commit"], one["distance"]) for one in compare["releases"]] == [
        ("v1", commit_of(4), 0),
        ("v2", commit_of(17), 1),
    ]
    first, second = (read(site / one["file"]) for one in compare["releases"])
    rows = [(row["label"], row["metric"], row["machine"]) for row in compare["rows"]]
    at = rows.index(("bench/test_shop.py::test_parse (size=10)", "time", "Test CPU"))
    assert second["values"][at] / first["values"][at] == pytest.approx(1.2, rel=0.01)
    assert (first["levels"][at], second["levels"][at]) == (0, 1)
    same = rows.index(("bench/test_shop.py::test_parse (size=1000)", "time", "Test CPU"))
    assert (first["levels"][same], second["levels"][same]) == (0, 0)
    new = rows.index(("new", "time", "Test CPU"))
    assert (first["values"][new], second["values"][new] is None) == (None, False)
    assert {machine for _, _, machine in rows} == {"Test CPU"}, "the other machine measured neither"


def test_other_code_is_not_the_same_row_of_a_release(tmp_path: Path) -> None:
    suites = [suite_at(at, {("a", (), TIME): step(1.0, 3.0, 10)}) for at in range(20)]
    recoded = [
        replace(suite, benchmarks=tuple(replace(one, code=str(at < 10)) for one in suite.benchmarks))
        for at, suite in enumerate(suites)
    ]
    site = built(tmp_path, baseline_of(recoded))
    first, second = (read(site / one["file"]) for one in read(site / "compare.json")["releases"])
    assert (first["codes"], second["codes"]) == ([0], [1])


def test_the_same_store_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.unit.test_history_site import built; built(Path(sys.argv[1]))"
    )
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "-c", program, str(tmp_path / seed)], env=environment, cwd=ROOT, check=True)
        assert dict(_files(tmp_path / seed / "site")) == dict(_files(site))


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    return ((str(path.relative_to(folder)), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


def test_several_suites_are_one_site_and_a_broken_one_is_told(tmp_path: Path) -> None:
    other = baseline_of([suite_at(at, {("a", (), TIME): steady(1.0)}, name="other") for at in range(2)])
    notice = Notice(code="broken-snapshot", text="it is broken")
    store = KeptStore((shop(), other, Missing(reason="broken", notice=notice)))
    told = Silent()
    done = build_site(SiteRequest(store=store, place="store"), tmp_path / "site", told)
    index = read(tmp_path / "site" / "index.json")
    assert [suite["label"] for suite in index["suites"]] == ["default", "other"]
    assert done.notices == (notice,)
    assert told.begun[0] == "reading the sessions of default"
    assert len(read(tmp_path / "site" / "commits" / f"{commit_of(0)}.json")["sessions"]) == 2


def test_secrets_in_names_are_masked(tmp_path: Path) -> None:
    secret = "ghp_" + "a1B2" * 9
    suites = [suite_at(at, {(f"send {secret}", (("token", secret),), TIME): steady(1.0)}) for at in range(2)]
    for _, content in _files(built(tmp_path, baseline_of(suites))):
        assert secret.encode() not in content
    (page,) = (tmp_path / "site" / "benchmarks").glob("*.html")
    found = re.search(r'id="data">([\w+/=]+)</script>', page.read_text(encoding="utf-8"))
    assert found
    assert secret not in json.dumps(unpacked(found[1]))


# The folder.


def test_a_site_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    site = built(tmp_path)
    (site / "commits" / "old.html").write_text("from before")
    built(tmp_path)
    assert not (site / "commits" / "old.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    assert (built(tmp_path) / "index.html").is_file()


@pytest.mark.parametrize("name", ["notes.txt", MARK])
def test_a_folder_that_is_no_site_of_ours_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / name).write_text('{"schema": "other/v1"}')
    with pytest.raises(UsageError, match="no site"):
        built(tmp_path)
    assert [path.name for path in (tmp_path / "site").iterdir()] == [name]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("name", [".git", "CNAME", ".nojekyll"])
def test_a_site_with_anything_else_in_it_is_left_alone(tmp_path: Path, name: str) -> None:
    site = built(tmp_path)
    (site / name).write_text("of the user")
    before = dict(_files(site))
    with pytest.raises(UsageError, match=re.escape(name)) as caught:
        built(tmp_path)
    assert caught.value.code == "no-site"
    assert dict(_files(site)) == before


def test_what_is_put_into_the_folder_while_a_site_is_built_is_left_alone(tmp_path: Path) -> None:
    site = built(tmp_path)
    with pytest.raises(UsageError, match="CNAME"), replacing(site):
        (site / "CNAME").write_text("of the user")
    assert (site / "CNAME").read_text() == "of the user"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("name", [".", "..", "/", "../here"])
def test_the_working_folder_and_those_above_it_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(UsageError, match="working folder") as caught, replacing(Path(name)):
        pytest.fail("nothing may be written")
    assert caught.value.code == "no-site"
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_a_folder_may_be_named_by_a_way_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with replacing(Path("../there/.")) as unfinished:
        (unfinished / "index.html").write_text("a page")
    assert (tmp_path / "there" / "index.html").is_file()


def test_a_link_and_a_file_are_left_alone(tmp_path: Path) -> None:
    elsewhere = built(tmp_path).rename(tmp_path / "elsewhere")
    (tmp_path / "site").symlink_to(elsewhere)
    with pytest.raises(UsageError, match="no folder"):
        built(tmp_path)
    (tmp_path / "site").unlink()
    (tmp_path / "site").write_text("")
    with pytest.raises(UsageError, match="no folder"):
        built(tmp_path)


def test_what_fails_half_way_leaves_the_site_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = built(tmp_path)
    before = dict(_files(site))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build, "write_feed", full)
    with pytest.raises(UsageError, match="No space left"):
        built(tmp_path)
    assert dict(_files(site)) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_old_site_comes_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = built(tmp_path)
    before = dict(_files(site))
    rename = Path.rename

    def refusing(self: Path, target: Path) -> Path:
        if self.suffix == ".unfinished":
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refusing)
    with pytest.raises(UsageError, match="Permission denied"):
        built(tmp_path)
    assert dict(_files(site)) == before


def test_an_error_of_the_body_is_passed_on(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mine"), replacing(tmp_path / "site"):
        raise ValueError("mine")
    assert list(tmp_path.iterdir()) == []


# The command.


def test_the_command_builds_the_site_of_a_directory_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    DirectoryStore(tmp_path / "store").save(shop())
    out, err = io.StringIO(), io.StringIO()
    assert main(["site", "--store", "store", "--output", "out", "--repository-url", f"{HOME}/"], out, err) == 0
    assert re.fullmatch(r"site written: out/index\.html \(7 rows, 20 commits, \d+ kB\)\n", out.getvalue())
    assert err.getvalue().splitlines()[0] == "reading the sessions of default"
    assert read(tmp_path / "out" / "index.json")["repository"] == HOME


def test_a_store_without_sessions_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no saved session"):
        built(tmp_path, Missing(reason="none"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_called_as_its_suite_is_shown_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(DirectoryStore(tmp_path / "store").save(shop())).rename(tmp_path / "store" / "1.json.gz")
    assert main(["site", "--store", "store", "--output", "out"], io.StringIO(), io.StringIO()) == 0
    assert read(tmp_path / "out" / "index.json")["suites"][0]["sessions"] == 20


def test_tags_of_the_repository_are_releases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "one"], ["tag", "v1"]):
        subprocess.run([*git, *command], check=True)
    first = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-02-01T00:00:00Z")
    for command in (["commit", "-q", "--allow-empty", "-m", "two"], ["tag", "-a", "v2", "-m", "an object"]):
        subprocess.run([*git, *command], check=True)
    suite = replace(suite_at(0, {("a", (), TIME): steady(1.0)}), commit=first)
    DirectoryStore(tmp_path / "store").save(baseline_of([suite]))
    assert main(["site", "--store", "store", "--output", "out"], io.StringIO(), io.StringIO()) == 0
    releases = read(tmp_path / "out" / "compare.json")["releases"]
    assert [(one["label"], one["commit"], one["distance"]) for one in releases] == [("v1", first, 0), ("v2", first, 1)]


@pytest.mark.parametrize("url", ["http://github.com/a/b", "javascript:alert(1)", "https://x.y/<b>", "github.com/a/b"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.chdir(tmp_path)
    err = io.StringIO()
    assert main(["site", "--repository-url", url], io.StringIO(), err) == UsageError.exit_code
    assert "[wrong-address]" in err.getvalue()
