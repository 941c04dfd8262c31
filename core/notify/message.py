"""What is sent: one message for everything that waits, what went wrong first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.market.sessions import NEW_YORK
from core.notify.events import EVENTS, News

LINES: Final = 20
_LONGEST_LINE: Final = 240
_ORDER: Final = ("red", "amber", "blue", "grey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """As a way sends it."""

    title: str  # one line
    text: str
    loud: bool = False

    @property
    def whole(self) -> str:
        """For ways that know no title."""
        return f"{self.title}\n{self.text}" if self.text else self.title


def compose(desk: str, news: Sequence[News], *, again: bool = False, discreet: bool = False) -> Message:
    """Worst first, then in order of time; a run is one line and its exceptions. Discreet: no symbol and no number of money."""
    worst_first = sorted(news, key=lambda one: _ORDER.index(one.weight))
    lines = _counted(worst_first) if discreet else _lines(worst_first)
    left = max(len(lines) - LINES, 0)
    shown = lines[:LINES]
    if left:
        shown.append(f"and {left} more: they stand in the window's journal.")
    if again:
        shown.append(
            "This may have reached you before: the last try ended without an answer, or nobody has seen it yet."
        )
    return Message(
        title=plain(f"{desk}: {_headline(worst_first)}"),
        text="\n".join(shown),
        loud=any(one.loud for one in news),
    )


def plain(words: str, longest: int = 120) -> str:
    """One line without anything that is not print: what a broker or a file said goes out as words only."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _headline(worst_first: Sequence[News]) -> str:
    first = worst_first[0]
    if len(worst_first) == 1:
        return EVENTS[first.event].title if first.event in EVENTS else first.title
    wrong = sum(1 for one in worst_first if one.exception)
    rest = len(worst_first) - wrong
    parts = [f"{wrong} to look at" if wrong else "", f"{rest} {'other ' if wrong else ''}message{'s' * (rest != 1)}"]
    return ", ".join(part for part in parts if part and not part.startswith("0 "))


def _lines(worst_first: Sequence[News]) -> list[str]:
    alone = [one for one in worst_first if one.exception or not one.run]
    runs: dict[str, Counter[str]] = {}
    for one in worst_first:
        if one.run and not one.exception:
            runs.setdefault(one.run, Counter())[one.event] += 1
    together = [f"Run {run}: {_counts(counts)}" for run, counts in runs.items()]
    wrong = [_line(one) for one in alone if one.exception]
    return [*wrong, *together, *(_line(one) for one in alone if not one.exception)]


def _line(one: News) -> str:
    words = plain(f"{one.at.astimezone(NEW_YORK):%a %H:%M} ET  {one.title} {one.detail}", _LONGEST_LINE)
    return f"! {words}" if one.exception else words


def _counted(worst_first: Sequence[News]) -> list[str]:
    counts = Counter((one.event, one.exception) for one in worst_first)
    return [
        f"{'! ' if wrong else ''}{EVENTS[event].title if event in EVENTS else 'Test'}: {count}"
        for (event, wrong), count in counts.items()
    ]


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {EVENTS[event].title.lower()}" for event, count in counts.items())
