"""The terms that the report explains: each once, in a tooltip where it stands and in the list of its method."""

from __future__ import annotations

FASTER, SLOWER = "faster", "slower"
BETTER, WORSE = "better", "worse"
LESS, MORE = "less", "more"

TERMS: dict[str, tuple[str, str]] = {
    "interval": (
        "95% interval",
        (
            "Where the true change lies: a method that is right in 95 of 100 cases. The line of a row is its interval, "
            "the dot the best estimate."
        ),
    ),
    "minimum": (
        "minimum change",
        "The darker zone. A smaller change is never called regressed or improved, however sure it is.",
    ),
    "margin": (
        "equivalence margin",
        "The lighter zone. Where the whole interval lies inside, the two sides count as equal.",
    ),
    "values": (
        "before and after",
        (
            "The value of a run that decides, by default its lowest, averaged over the runs of a side. "
            "Low values are the ones that other work on the machine disturbs least."
        ),
    ),
    "suite": (
        "whole suite",
        "The change of all timings together. It is reported by itself and never subtracted from the benchmarks.",
    ),
    "paired": (
        "paired runs",
        (
            "The base commit and this one are measured in turns on one machine, so that what slows the machine down "
            "slows both."
        ),
    ),
    "noise": (
        "run-to-run noise",
        "How much two runs of the same code differ, as a standard deviation in percent.",
    ),
    "detectable": (
        "smallest detectable change",
        "A change of this size would have been found in four of five cases.",
    ),
    "unchanged": (
        "no change detected",
        "The interval lies inside the equivalence margin, or a change of 10% would have shown.",
    ),
    "inconclusive": (
        "too noisy to tell",
        "The interval is too wide to call the sides equal, and even a change of 10% could have been missed.",
    ),
    "possible": (
        "possible change",
        "The interval excludes zero, but with all benchmarks taken together chance can still explain it.",
    ),
    "regressed": (
        "regressed, improved",
        (
            "The change is beyond the minimum change, and all benchmarks taken together it would hardly ever look like "
            "this by chance."
        ),
    ),
}
"""By key: the term and what it means."""

TIMELINE = "Timeline"
SOURCE = "Source of the benchmark"
PREFIX = "All names begin with"
AXIS = "Change with its interval"
COPY = "Copy exact numbers"
NEXT = "Next:"
COMMITS, WHERE, MEASURED = "Commits", "From", "Measured"
PULL_REQUEST, RUN, DIFF = "pull request", "workflow run", "what changed"
REPRODUCE = ("run", " to see it on your machine.")
NUMBERS = "All numbers"
COMMON = "The same in every row"
FACTS_ELSEWHERE = "The raw numbers of the last rows are in verdict.json."
