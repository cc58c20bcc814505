"""Pull requests with half an answer or none: too slow, too noisy, a base that fails, a file that only the head has.

What a person sees of it, beside the job and in its summary, on the commit and on the pull request, is golden.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.e2e.runner import Runner
from tests.e2e.story import PAGE, REPORT
from tests.e2e.test_refusals import Refusal, job
from tests.github_api.description import Description
from tests.github_api.server import GitHubApi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Golden = Callable[[str, str], None]

GO = "sleep 2\nprintf 'goos: linux\\npkg: example.com/shop\\nBenchmarkSearch-2   1000   {} ns/op\\nPASS\\n'\n"
BROKEN = "echo '$ make bench' >&2\necho '``` no compiler for @team, --token=abcdef' >&2\nexit 3\n"
FINE = GO.format(1000).replace("sleep 2\n", "")
UNSTEADY = """number=$(($(cat "$RUNNER_TEMP/unsteady" 2>/dev/null || echo 0) + 1))
echo "$number" >"$RUNNER_TEMP/unsteady"
sleep 0.2
printf 'goos: linux\\npkg: example.com/shop\\nBenchmarkSearch-2 1000 %s ns/op\\nPASS\\n' \\
  "$((1000 + number * 7919 % 13 * 150))"
"""
"""Takes anything from 1,000 to 2,800 ns, whatever the code."""
OLD = "def test_old(benchmark):\n    benchmark(sum, range(100))\n"
NEW = OLD.replace("test_old", "test_new")
PYTEST = "python -m pytest -q -p no:cacheprovider --benchmark-json={output} bench_new.py"
SCRIPT = "bash bench.sh >{output}"
STORIES = {
    "too-slow": job(command=SCRIPT, compare="auto", **{"time-limit": "5 s"}),
    "too-slow-in-pairs": job(command=SCRIPT, compare="paired", **{"time-limit": "5 s"}),
    "too-noisy": job(command=SCRIPT, compare="paired", **{"time-limit": "6 s"}),
    "base-fails": job(command=SCRIPT, compare="paired"),
    "base-fails-in-auto": job(command=SCRIPT, compare="auto"),
    "only-in-head": job(command=PYTEST, compare="auto"),
}
FILES = {
    "too-slow": ({"bench.sh": GO.format(1000)}, {"bench.sh": GO.format(1400)}),
    "too-slow-in-pairs": ({"bench.sh": GO.format(1000)}, {"bench.sh": GO.format(1400)}),
    "too-noisy": ({"bench.sh": UNSTEADY}, {"bench.sh": UNSTEADY + "# another comment\n"}),
    "base-fails": ({"bench.sh": BROKEN}, {"bench.sh": FINE}),
    "base-fails-in-auto": ({"bench.sh": BROKEN}, {"bench.sh": FINE}),
    "only-in-head": ({"bench_old.py": OLD}, {"bench_new.py": NEW}),
}
SCRUBS = (
    (re.compile(r"(\b50\d\.1\.)[0-9a-f]{16}\b"), r"\1USE"),
    (re.compile(r"<details><summary>How this was measured.*?</details>\n\n", re.DOTALL), ""),
    (re.compile(r"<details><summary>What the runs used.*?</details>\n\n", re.DOTALL), ""),
    (re.compile(r"^- \[<code>(?:noise|same-code|not-pinned|cpu-quota).*\n", re.MULTILINE), ""),
    (re.compile(r"\d+ warnings?</summary>"), "WARNINGS</summary>"),
    (re.compile(r"Machine .*?( · Measured \d+ \w+).*"), r"Machine MACHINE\1 IN TIME"),
    (re.compile(r"one run takes [\d.]+ s; 8 pairs need \d+ \w+"), "one run takes RUN; 8 pairs need LIMIT"),
    (re.compile(r"time-limit: \d+ \w+(?=\\?`)"), "time-limit: LIMIT"),
    (re.compile(r"(?<= \| – → )\S+\s[mµn]s"), "VALUE"),
)
"""The mark that every use of the action draws; the machine, its times, and the warning of other load on it."""
NOISY = (
    (re.compile(r"<details><summary>WARNINGS</summary>.*?</details>\n\n", re.DOTALL), ""),
    (re.compile(r"[−+±]?\d[\d.,]*(?:%?\sto\s[−+]?\d[\d.,]*)?%"), "SIZE"),
    (re.compile(r"\d[\d.]*\sµs → \d[\d.]*\sµs"), "BEFORE → AFTER"),
    (re.compile(r"\d[\d,]*\s(?:more\s)?pair(?:s|ed runs?)?\b"), "PAIRS"),
    (re.compile(r"about\s[\d.]+\s\w+(?:\s\d+\s\w+)?"), "about TIME"),
)
"""How many pairs fit is a matter of the machine, and so is what they come to."""


class NotCompared(Refusal):
    """What is seen of one story."""

    stories = MappingProxyType({name: {"bench": story} for name, story in STORIES.items()})
    runs = MappingProxyType({name: 501 + number for number, name in enumerate(STORIES)})
    scrubs: tuple[tuple[re.Pattern[str], str], ...] = SCRUBS

    def files(self) -> tuple[dict[str, str], dict[str, str]]:
        return FILES[self.name]

    def _scrubbed(self, text: str) -> str:
        text = super()._scrubbed(text)
        for pattern, word in NOISY if self.name == "too-noisy" else ():
            text = pattern.sub(word, text)
        return text


@pytest.fixture(scope="module", params=STORIES)
def story(
    request: pytest.FixtureRequest,
    act: str,
    image: str,
    checkout: Path,
    node_packages: Path,
    environment: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[NotCompared]:
    with GitHubApi(description=Description.load()) as api:
        runner = Runner(
            act=act,
            checkout=checkout,
            node_packages=node_packages,
            environment=environment,
            api=api.url,
            folder=tmp_path_factory.mktemp(request.param),
        )
        yield NotCompared(runner, api.world, request.param)
        assert api.world.violations == []


def test_what_a_person_sees_of_it(story: NotCompared, golden: Golden) -> None:
    golden(f"not-compared/{story.name}.md", story.seen())


def test_the_logs_of_what_failed_are_uploaded(story: NotCompared) -> None:
    uploaded = story.runner.artifacts(story.number)
    found = {name: _logs_in(path) for name, path in uploaded.items() if name != PAGE}
    by_story = {
        "base-fails": {REPORT: ["logs/runs-000-base-log.txt"]},
        "base-fails-in-auto": {REPORT: ["logs/runs-000-base-log.txt"]},
    }
    assert found == by_story.get(story.name, {REPORT: []})


def _logs_in(archive: Path) -> list[str]:
    """Name the logs in an artifact, which hold no secret."""
    with ZipFile(archive) as opened:
        names = sorted(name for name in opened.namelist() if name.endswith("-log.txt"))
        assert not any(b"abcdef" in opened.read(name) for name in names)
    return names
