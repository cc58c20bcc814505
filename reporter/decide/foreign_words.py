"""The sentences for what another run says of itself: codes and verdicts decide them, its text may be anybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reporter.decide import reasons
from reporter.decide.decided import BARRIERS
from reporter.shared.model import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reporter.model import Change, Metric, Verdict

UNCHECKED = "the run that measured came to no answer"
NO_INTERVAL = "it has no interval, so nothing shows that it is unchanged"
SIDE_NOT_MEASURED = "the run that measured could not measure everything; its own job says why"
SIDE_FAILED = "its set-up or its benchmark command ended with an error"
NO_BASELINE = "the run that measured had no baseline"
BUDGET_NO_VALUE = "the run that measured had no value for it"
NOT_ASKED = "the run that measured did not count them"
NOT_COMPARABLE = "the two sides cannot be compared"
ITS_FILE = reasons.CHANGED_BENCHMARK.format(file="its file")

REPEATED: dict[Verdict, tuple[tuple[str, str | None], ...]] = {
    "new": ((reasons.NEW, None),),
    "missing": ((reasons.MISSING, reasons.MISSING_CURE),),
    "errored": ((reasons.NO_VALUE, reasons.NO_VALUE_CURE),),
    "not_comparable": (
        (NOT_COMPARABLE, None),
        (reasons.NO_DIRECTION, reasons.NO_DIRECTION_CURE),
        (reasons.RECODED, reasons.RECODED_CURE),
        (reasons.REDECLARED, reasons.REDECLARED_CURE),
        (reasons.NOTHING_ALIKE, reasons.REDECLARED_CURE),
    ),
    "inconclusive": ((UNCHECKED, None), (reasons.NO_NOISE, reasons.NO_NOISE_CURE)),
}
"""The sentences of each verdict without a number: what another run says is repeated only where it is one of these."""


def repeated(verdict: Verdict, reason: str) -> tuple[str, str | None]:
    """Return a sentence without numbers and what to do: the one that another run gave, if it is one of ours."""
    known = REPEATED[verdict]
    if verdict == "not_comparable" and reason.endswith(reasons.CHANGED_BENCHMARK.format(file="")):
        return ITS_FILE, reasons.CHANGED_BENCHMARK_CURE
    return next((pair for pair in known if pair[0] == reason), known[0])


def looks_worse(count: int) -> str:
    """Return why there is no pass: rows that were not decided have intervals beyond their thresholds."""
    rows = "1 benchmark looks" if count == 1 else f"{count} benchmarks look"
    return f"{rows} worse beyond the threshold, and the run that measured did not call it regressed"


def without_interval(change: Change, metric: Metric) -> str:
    """Return the change that a rule without intervals has decided on."""
    return f"{reasons.spoken(change, metric)}, decided by a named rule"


_BASELINE_BROKEN = "the saved baseline could not be read, so it was not used"
_SENTENCES = {
    "accept-expired": "a regression is past the day until which `[[accept]]` let it pass",
    "base-not-here": "the base commit was not in the clone, so there were no pairs",
    "baseline-not-saved": "a baseline was asked for, and none was saved",
    "broken-snapshot": _BASELINE_BROKEN,
    "checkout-unknown": "neither GitHub's test merge nor the head of the pull request was checked out",
    "code-from-elsewhere": "a side imported the measured package from outside its own tree",
    "copied-run": "two files of one side were the same, byte for byte",
    "cpu-quota": "a limit on processor time may have paused the benchmarks",
    "damaged-gzip": _BASELINE_BROKEN,
    "debug-build": "the benchmark library was built without optimisation",
    "decided-by-counts": "counts of instructions decided alone",
    "documents-passed-over": "a result file held other documents beside the results",
    "empty-file": _BASELINE_BROKEN,
    "errored-reading": "a benchmark left no number that can be used",
    "failed-commands": "a command that was timed ended with an error",
    "failed-packages": "a package failed, so its benchmarks are not among the results",
    "file-too-large": _BASELINE_BROKEN,
    "files-passed-over": "a folder of results also held other files",
    "history-not-comparable": "the saved sessions were measured on another kind of machine, or in another way",
    "history-not-read": "the saved history could not be read, and was not needed",
    "is-a-folder": _BASELINE_BROKEN,
    "k6-thresholds": "thresholds of the k6 script were crossed",
    "label-not-counted": "the label that accepts regressions did not count",
    "lines-passed-over": "a result file also held lines of a log",
    "load-broke": "the load test went beyond what was served well",
    "load-did-not-break": "the load test found no limit",
    "likely-slower": "some undecided benchmarks execute many more instructions",
    "load-did-not-recover": "after the load went down, errors or slow responses stayed",
    "load-failures-broken": "a row of the failures of a load test was broken",
    "load-history-broken": "a row of the history of a load test was broken",
    "load-test-exceptions": "the load test met exceptions in its own script",
    "load-worker-lost": "a worker of the load test was lost, so the load was not the one that was asked for",
    "log-incomplete": "the log of a run could not be written in full",
    "machine-differs": "the baseline was measured on another kind of machine, or in another way",
    "measuring-from-the-future": "saved measurings are from the future by the clock of the machine",
    "measuring-passed-over": "a saved measuring could not be read, and was passed over",
    "measuring-was-killed": "the measuring before it was killed",
    "mixed-machines": "the results of one side came from different machines or interpreters",
    "named-rule": "a named rule decided alone, without a second look",
    "network-not-applied": "the network of the mode could not be made, so the load test ran without it",
    "newer-snapshot": "the saved baseline was made by a newer version of Benchverdict, so it was not used",
    "no-noise-pairs": "the baseline could not be measured beside itself, so the noise of pairs is not known",
    "noise-between-runs": "undecided benchmarks differ from process to process far more than inside of one",
    "noise-bimodal": "undecided benchmarks jump between two speeds",
    "noise-few-rounds": "undecided benchmarks have few rounds a run",
    "noise-frequency": "the processor cores changed their clock between runs",
    "noise-long-tails": "undecided benchmarks have rounds that are far slower than usual",
    "noise-other-load": "other programs used the processor during the runs",
    "noise-steal": "other guests of the host took processor time during the runs",
    "not-a-file": _BASELINE_BROKEN,
    "not-installed": "the project could not be installed into the environment of a side",
    "not-counted": "instructions or memory of some benchmarks were not counted",
    "not-explained": "what makes some benchmarks slower was not looked for, or not found out",
    "not-lock-step": "base and head could not run at the same time, so they ran one after the other",
    "not-paired": "base and head could not be measured in pairs",
    "not-pinned": "the runs of a pair could not be kept on one processor core",
    "older-baseline": "an older baseline of this kind of machine was used",
    "only-in-head": "only the head has some of the benchmark files, so the base could not run them",
    "other-suite": "the store held a baseline of another suite",
    "own-tree-named": "the command names the checkout itself, so both sides would run its code",
    "processes-left-behind": "the benchmark command left processes running",
    "reference-not-saved": "the pinned session is not among the saved ones",
    "result-not-kept": "a result file of a run could not be kept",
    "rounds-cut": "the result files do not hold the single rounds",
    "runs-not-shortened": "the runs could not be shortened, so fewer pairs fit into the time",
    "runs-shortened": "an option that makes the runs of pairs shorter was added to the command",
    "same-code": "base and head are the same code",
    "select-unsure": "what the change reaches was not known, so every benchmark was measured",
    "selection-ignored": "the tool cannot run single benchmarks, so all were measured again",
    "service-left-behind": "an earlier measuring was killed while its service ran",
    "slow-creep": "benchmarks are worse by more than 5% than in the pinned session",
    "submodules": "submodules were not checked out on the sides",
    "slower-span": "one span inside the service makes requests slower; the report of its own job names it",
    "spans-broken": "what a service sent of its spans could not be used",
    "time-limit-reached": "the time limit that was given ended measuring",
    "time-limit-too-short": "the time limit was too short for pairs",
    "uncommitted-changes": "the head had changes that are not committed",
    "untracked-files": "files that git does not track were on neither side",
    "values-left-out": "what pairs were judged from was too much for the report",
}


def not_compared(notices: Iterable[Notice]) -> str | None:
    """Return what kept base and head from being compared in pairs, in words of ours; ``None`` where nothing did."""
    return next((_SENTENCES[notice.code] for notice in notices if notice.code in BARRIERS), None)


def not_counted(notices: Iterable[Notice]) -> str | None:
    """Return that the run which measured did not count everything, if it says so."""
    return next((_SENTENCES[notice.code] for notice in notices if notice.code == "not-counted"), None)


def warned(notices: Iterable[Notice]) -> Iterator[Notice]:
    """Yield a warning for every known code among the notices, once, in words of ours; other codes are left out."""
    for code in dict.fromkeys(notice.code for notice in notices):
        if code in _SENTENCES:
            yield Notice(code=code, text=f"the run that measured warned: {_SENTENCES[code]}")
