"""How often the search for the first slower commit is right, with the noise of recorded pairs.

``python -m benchmarks.bisecting RECORDING [--searches 100] [--step 0.05]`` plants a slower commit at a random place
among 64 commits, of which a tenth cannot be measured. Every commit has a layout of its own (normal, ``--layout``), and
each pair is drawn from the pairs of equal code of one benchmark of the recording. Beside it stands the plain bisection
that needs no statistics: as many pairs per look as one run takes, and the nearer end of the step wins.

*right*: the commit is named, or the shortest range that the commits which cannot be measured allow; *open*: a longer
range that holds it; *wrong*: anything else.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.evaluate.recording import IN_TURN, LOCK_STEP, read_recording
from reporter.decide.bisecting import Look, Search, found, next_commit, pairs_for
from reporter.decide.looks import SHORT_LOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.evaluate.recording import Recording
    from reporter.model import FloatArray

BROKEN = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Commits from 0 to ``commits``, slower by ``step`` from ``culprit`` on; ``noise`` are log-ratios of pairs."""

    commits: int
    culprit: int
    step: float
    layouts: FloatArray
    broken: frozenset[int]
    noise: FloatArray
    rng: np.random.Generator

    def pairs(self, commit: int, count: int) -> FloatArray:
        """Draw pairs of the good commit and another."""
        centre = self.step * (commit >= self.culprit) + self.layouts[commit] - self.layouts[0]
        return np.asarray(self.rng.choice(self.noise, count) + centre)

    def look(self, commit: int, count: int) -> Look:
        """Draw a look, with its mean as the product takes it."""
        drawn = np.sort(self.pairs(commit, count))
        cut = max(1, count // 5)
        noise = float(drawn.std(ddof=1))
        return Look(commit=commit, change=float(drawn[cut:-cut].mean()), noise=noise, pairs=count)

    def outcome(self, first: int, last: int) -> str:
        """Return whether a range of commits is right, open or wrong."""
        if not first <= self.culprit <= last:
            return "wrong"
        return "right" if all(commit in self.broken for commit in range(first, last)) else "open"


def draw(noise: FloatArray, rng: np.random.Generator, *, commits: int, step: float, layout: float) -> History:
    """Draw a history; the slower commit itself can be measured."""
    culprit = int(rng.integers(1, commits + 1))
    return History(
        commits=commits,
        culprit=culprit,
        step=float(np.log1p(step)),
        layouts=rng.normal(0, layout, commits + 1),
        broken=frozenset(each for each in range(1, commits) if each != culprit and rng.random() < BROKEN),
        noise=noise,
        rng=rng,
    )


def searched(history: History) -> tuple[str, int, int]:
    """Search as the product does; return the outcome, and how many looks and pairs it took."""
    search = Search(commits=history.commits).with_look(history.look(history.commits, SHORT_LOOKS[0]))
    commit = next_commit(search)
    while commit is not None:
        if commit in history.broken:
            search = search.without(commit)
        else:
            search = search.with_look(history.look(commit, pairs_for(search, commit)))
        commit = next_commit(search)
    result = found(search)
    pairs = sum(look.pairs for look in search.looks)
    return history.outcome(result.first, result.last), len(search.looks), pairs


def bisected(history: History) -> tuple[str, int, int]:
    """Halve the range by one pair a look, as without statistics."""
    good, bad, looks = 0, history.commits, 1
    step = float(history.pairs(bad, 1)[0])
    while True:
        between = [commit for commit in range(good + 1, bad) if commit not in history.broken]
        if not between:
            return history.outcome(good + 1, bad), looks, looks
        middle = between[len(between) // 2]
        looks += 1
        if abs(float(history.pairs(middle, 1)[0])) > abs(step) / 2:
            bad = middle
        else:
            good = middle


def pools(recording: Recording) -> dict[str, FloatArray]:
    """Return the centred log-ratios of the pairs of equal code of each benchmark."""
    minima = np.log(recording.column("min"))
    equal = [
        (base, head)
        for base, head in recording.pairs()
        if recording.runs[head].level == 0 and not recording.runs[head].neutral
    ]
    differences = np.array([minima[:, head] - minima[:, base] for base, head in equal]).T
    return {name: row - row.mean() for name, row in zip(recording.benchmarks, differences, strict=True)}


def main(arguments: Sequence[str]) -> None:
    """Print one line for each way of searching."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recording", type=Path)
    parser.add_argument("--way", choices=(LOCK_STEP, IN_TURN), default=LOCK_STEP)
    parser.add_argument("--searches", type=int, default=100)
    parser.add_argument("--commits", type=int, default=64)
    parser.add_argument("--step", type=float, default=0.05)
    parser.add_argument("--layout", type=float, default=0.004)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    noise = pools(read_recording(asked.recording, asked.way))
    for name, search in (("pairs, weighed", searched), ("plain bisection", bisected)):
        rng = np.random.default_rng(asked.seed)
        done = [
            search(draw(row, rng, commits=asked.commits, step=asked.step, layout=asked.layout))
            for row in noise.values()
            for _ in range(-(-asked.searches // len(noise)))
        ]
        counts = Counter(outcome for outcome, _, _ in done)
        looks, pairs = (float(np.mean([each[index] for each in done])) for index in (1, 2))
        shown = ", ".join(f"{counts[word]} {word}" for word in ("right", "open", "wrong"))
        print(f"{name}: {shown} of {len(done)}; {looks:.1f} looks and {pairs:.0f} pairs on average")


if __name__ == "__main__":
    main(sys.argv[1:])
