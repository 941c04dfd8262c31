"""What trading cost, added up as it comes: fills never change, so only what is new is looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, NamedTuple

from core.clock import stopwatch
from core.domain.errors import BadInput
from core.store.archive import Archive
from core.store.traded import Traded
from core.tca.cost import Costs, costs, together

AT_ONCE: Final = 5_000  # fills in one look
BUDGET: Final = 2.0  # seconds: with one more look it is still less than a window waits for an answer


class Group(NamedTuple):
    """What costs are kept apart by."""

    account_id: str
    instrument_id: str
    side: str
    type: str


@dataclass(slots=True)
class Tally:
    """Asked from any thread, one at a time; works through the archive, beside the desk."""

    archive: Archive
    watch: Callable[[], float] = stopwatch
    _sums: dict[Group, Costs] = field(default_factory=dict)
    _last: int = 0  # the newest fill that is in the sums
    _taken_back: frozenset[tuple[str, str]] = frozenset()
    _lock: Lock = field(default_factory=Lock)

    def now(self) -> dict[Group, Costs]:
        """Everything up to now; or BadInput, and the next question goes on from there."""
        with self._lock:
            until = self.watch() + BUDGET
            while self._add():
                if self.watch() > until:
                    done = sum(cost.fills for cost in self._sums.values())
                    raise BadInput(f"The fills are being added up: {done:,} so far. Nothing is wrong: look again.")
            return dict(self._sums)

    def _add(self) -> bool:
        """Whether there may be more."""
        new, taken_back = self.archive.traded(self._last, AT_ONCE)
        if taken_back != self._taken_back:  # some of them may be in the sums
            self._sums, self._last, self._taken_back = {}, 0, taken_back
            return True
        groups: dict[Group, list[Costs]] = {}
        for one in new:
            groups.setdefault(_group(one), []).append(costs(one.fill, one.arrival, one.multiplier))
        for group, found in groups.items():
            self._sums[group] = together([self._sums.get(group, Costs()), *found])
        if new:
            self._last = new[-1].seq
        return len(new) == AT_ONCE


def _group(one: Traded) -> Group:
    fill = one.fill
    return Group(fill.account_id, fill.instrument_id, fill.side.value, one.type)
