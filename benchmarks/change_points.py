"""How well change points are found: F1 on annotated series, ours beside other implementations where they are installed.

``python -m benchmarks.change_points FOLDER`` reads the annotated series of the Turing Change Point Dataset
(``annotations.json`` and one file per series). A place counts as found within five values. Precision is against the
annotations of all annotators together, recall the mean over annotators; the beginning of a series counts as found.
Our penalty was chosen on these series; so the column ``left out`` has, for each series, what the penalty finds that is
best on all others: what can be expected of a series that nobody looked at.
Of files that tell how many changes there are (``{"series": […], "expected": 9}``) the numbers found are printed.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np

from reporter.stats.change_points import PENALTY, change_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Finder = Callable[[Sequence[float]], Sequence[int]]

MARGIN = 5
PENALTIES = (2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 17.0, 20.0, 25.0, 30.0, 40.0)


def main() -> int:
    folder = Path(sys.argv[1])
    finders = dict(_finders())
    rows = [(name, values, places) for name, values, places in _series(folder)]
    print(f"{'series':28}" + "".join(f"{name:>14}" for name in (*finders, "left out")))
    scores: dict[str, list[float]] = {name: [] for name in finders}
    for _, values, marked in rows:
        for finder, find in finders.items():
            scores[finder].append(f_score(find(values), marked))
    scores["left out"] = left_out(
        [[f_score(_ours(values, one), marked) for one in PENALTIES] for _, values, marked in rows]
    )
    for place, (name, _, _) in enumerate(rows):
        print(f"{name:28}" + "".join(f"{found[place]:14.3f}" for found in scores.values()))
    print(f"{f'mean of {len(rows)}':28}" + "".join(f"{fmean(found):14.3f}" for found in scores.values()))
    for path, document in _counted(folder):
        counts = "".join(f"{len(find(document['series'])):14}" for find in finders.values())
        print(f"{path.stem + ' (' + str(document['expected']) + ')':28}{counts}")
    return 0


def left_out(scores: Sequence[Sequence[float]]) -> list[float]:
    """Return for each series the score of the penalty that is best on all others (``scores`` are series × penalties).

    Of penalties that are equally good the middle one counts.
    """
    found = []
    for place, own in enumerate(scores):
        others = np.array([row for other, row in enumerate(scores) if other != place]).mean(axis=0)
        best = np.flatnonzero(others >= others.max() - 1e-12)
        found.append(float(own[best[len(best) // 2]]))
    return found


def _ours(values: Sequence[float], penalty: float) -> Sequence[int]:
    return change_points(np.array([values], dtype=float), penalty)[0]


def _counted(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(document, dict) and isinstance(document.get("expected"), int):
            yield path, document


def _series(folder: Path) -> Iterator[tuple[str, list[float], list[list[int]]]]:
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(document, dict):
            continue
        if "annotations" not in path.name and "name" in document and len(document["series"]) == 1:
            annotations = json.loads((path.parent / "annotations.json").read_text(encoding="utf-8"))
            raw = document["series"][0]["raw"]
            if document["name"] in annotations and all(value is not None for value in raw):
                yield document["name"], raw, list(annotations[document["name"]].values())


def f_score(found: Sequence[int], annotations: list[list[int]]) -> float:
    """Score places by the measure of the data set: the beginning belongs to every set of places."""
    places = {0, *found}
    everybody = {0}.union(*annotations)
    precision = len(_matched(everybody, places)) / len(places)
    recall = fmean(len(_matched({0, *own}, places)) / len({0, *own}) for own in annotations)
    return 2 * precision * recall / (precision + recall)


def _matched(truth: set[int], places: set[int]) -> set[int]:
    """Return the true places that are found, each place used once."""
    free, matched = set(places), set()
    for place in sorted(truth):
        near = [other for other in free if abs(other - place) <= MARGIN]
        if near:
            free.remove(min(near, key=lambda other: abs(other - place)))
            matched.add(place)
    return matched


def _finders() -> Iterator[tuple[str, Finder]]:
    yield "none", lambda _: ()
    yield "benchverdict", lambda values: _ours(values, PENALTY)
    yield from _ruptures()
    yield from _e_divisive()


def _ruptures() -> Iterator[tuple[str, Finder]]:
    try:
        ruptures: Any = importlib.import_module("ruptures")
    except ImportError:
        return

    def find(values: Sequence[float]) -> Sequence[int]:
        signal = np.array(values, dtype=float)
        signal = (signal - signal.mean()) / (signal.std() or 1.0)
        places: list[int] = ruptures.Pelt(model="l2", min_size=3, jump=1).fit_predict(
            signal, pen=3 * np.log(len(signal))
        )
        return places[:-1]

    yield "ruptures Pelt", find


def _e_divisive() -> Iterator[tuple[str, Finder]]:
    try:
        energy: Any = importlib.import_module("signal_processing_algorithms.energy_statistics.energy_statistics")
    except ImportError:
        return
    yield (
        "e-divisive",
        lambda values: [int(place) for place in energy.e_divisive(values, pvalue=0.05, permutations=100)],
    )


if __name__ == "__main__":
    sys.exit(main())
