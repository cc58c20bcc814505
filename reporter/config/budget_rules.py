"""What ``[[budget]]`` of the configuration says: an absolute bound, in base units, with its levels in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from reporter.units import parse_quantity

Bound = Literal["at-most", "at-least"]
BOUNDS: tuple[Bound, ...] = ("at-most", "at-least")
LEVELS = ("target", "warning", "critical")


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRule:
    """One budget. ``metric`` is the name of a metric, or a statistic of the main one (``p95``).

    ``unit`` is the base unit of all levels. Without ``bound`` the good direction is the metric's own, and where nobody
    declared that, the order of the levels tells. Without ``modes`` it holds in every mode.
    """

    match: str
    metric: str
    unit: str
    target: float | None = None
    warning: float | None = None
    critical: float | None = None
    bound: Bound | None = None
    modes: tuple[str, ...] = ()

    @property
    def metrics(self) -> tuple[str, ...]:
        """Return the names the metric may have: people write ``memory growth`` for ``memory_growth``."""
        return tuple(dict.fromkeys((self.metric, self.metric.replace(" ", "_"))))

    @property
    def levels(self) -> tuple[float, ...]:
        """Return the levels that are set, from the mildest to the worst."""
        return tuple(level for level in (self.target, self.warning, self.critical) if level is not None)

    @property
    def ordered(self) -> Bound | None:
        """Return the direction that the order of the levels means; ``None`` where it means none."""
        first, last = self.levels[0], self.levels[-1]
        return None if first == last else "at-most" if first < last else "at-least"


def budget_rule(given: dict[str, Any], **known: Any) -> BudgetRule:
    """Put a budget together; ``given`` maps names of ``LEVELS`` to what the configuration says of them.

    Raises:
        ValueError: there is no level, one is no quantity, their units differ, or their order makes no sense.
    """
    if not given:
        raise ValueError(f"a budget needs one of {', '.join(LEVELS)}")
    read = {name: _quantity(value) for name, value in given.items()}
    units = {unit for _, unit in read.values()}
    if len(units) > 1:
        raise ValueError("its levels have different units (" + ", ".join(sorted(units)) + ")")
    values: dict[str, Any] = {name: value for name, (value, _) in read.items()}
    rule = BudgetRule(unit=units.pop(), **values, **known)
    levels = rule.levels
    if list(levels) not in (sorted(levels), sorted(levels, reverse=True)):
        raise ValueError("target, warning and critical are neither rising nor falling")
    if rule.bound and rule.ordered not in (None, rule.bound):
        raise ValueError(f"its levels are ordered {rule.ordered}, and bound says {rule.bound}")
    return rule


def _quantity(value: Any) -> tuple[float, str]:
    """Read ``"80 ms"`` or a plain number, which is a count or a share."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return parse_quantity(repr(value) if is_number else str(value))
