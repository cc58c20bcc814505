"""How much more of its work each benchmark does. The recording of a slowed head overwrites this file."""

SLOWER: dict[str, float] = {}


def units(benchmark: str, usual: int) -> int:
    """Return the units of work of one call; ``usual`` is a multiple of 100, so that whole percents come out exact."""
    return round(usual * (1 + SLOWER.get(benchmark, 0.0)))
