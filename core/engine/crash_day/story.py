"""What the journal tells of a crash day: what traded, what was held back, what trading was allowed, which money moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from core.domain.entry import Entry
from core.domain.fill import Fill
from core.domain.money import ZERO
from core.domain.order import Order
from core.domain.quote import Quote
from core.domain.verdict import Outcome, Verdict
from core.store.journal import ACTIVITY, Line

HELD_BACK: Final = "crash_day.held_back"
_PLACED: Final = "order.placed"
_REFUSED: Final = "order.refused"
_LEVELS: Final = ("trading.stopped", "trading.closing_only", "trading.lifted")
_ALARMS: Final = ("alarm", "alarm.over")
_LOSS: Final = ("loss:", "fall:")
_STOPS: Final = (Outcome.BLOCK, Outcome.NEEDS_DATA)
KINDS: Final = ("fill", "fill.busted", _PLACED, _REFUSED, HELD_BACK, ACTIVITY, *_LEVELS, *_ALARMS)


class _Traded(msgspec.Struct):
    fill: Fill


class _Moved(msgspec.Struct):
    entry: Entry | None = None


class Asked(msgspec.Struct):
    """An order as it was asked for, and what the checks said."""

    order: Order
    verdicts: tuple[Verdict, ...] = ()
    quote: Quote | None = None
    why: str = ""


class _Alarm(msgspec.Struct):
    key: str = ""
    weight: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Of one account, from a moment on, in order of time."""

    fills: tuple[tuple[Fill, Order | None], ...]  # that still count, with the order each belongs to
    held_back: tuple[tuple[datetime, Asked], ...]  # and not sent after all
    levels: tuple[tuple[datetime, str, bool], ...]  # words, and whether less is allowed from here on
    moved: tuple[tuple[datetime, Decimal], ...]  # cash that came or went without a trade


def told(lines: Iterable[Line], orders: Mapping[str, Order], account_id: str, since: datetime) -> Story:
    """From the rows after the one it began at."""
    lines = list(lines)
    return Story(
        fills=_fills(lines, orders, account_id, since),
        held_back=_held_back(lines, account_id),
        levels=tuple(_levels(lines)),
        moved=tuple(_moved(lines, account_id, since)),
    )


def _fills(
    lines: list[Line], orders: Mapping[str, Order], account_id: str, since: datetime
) -> tuple[tuple[Fill, Order | None], ...]:
    heard = [(msgspec.json.decode(line.body, type=_Traded).fill, line) for line in lines if line.kind[:4] == "fill"]
    gone = {fill.busts for fill, _ in heard if fill.busts}
    counted = [
        (fill, orders.get(line.order_id))
        for fill, line in heard
        if fill.busts is None and fill.execution_id not in gone and fill.account_id == account_id and fill.at >= since
    ]
    return tuple(sorted(counted, key=lambda pair: pair[0].at))


def _held_back(lines: list[Line], account_id: str) -> tuple[tuple[datetime, Asked], ...]:
    """Each wish once, however often it was tried, and none that went out in the end."""
    sent = {_asked(line).order.intent_key for line in lines if line.kind == _PLACED}
    found: dict[tuple[object, ...], tuple[datetime, Asked]] = {}
    for line in lines:
        if line.kind not in (_REFUSED, HELD_BACK):
            continue
        asked, order = _asked(line), _asked(line).order
        blocked = any(verdict.outcome in _STOPS for verdict in asked.verdicts)
        if blocked and order.account_id == account_id and order.intent_key not in sent:
            wish = (order.instrument_id, order.side, order.quantity, order.type, order.limit, order.stop)
            found.setdefault(wish, (line.market_at, asked))
    return tuple(found.values())


def _levels(lines: list[Line]) -> Iterable[tuple[datetime, str, bool]]:
    reached: dict[str, str] = {}  # limits on losses that only let close, by their alarms
    for line in lines:
        if line.kind in _LEVELS:
            yield line.market_at, _level(line), line.kind != "trading.lifted"
        elif line.kind in _ALARMS and (alarm := msgspec.json.decode(line.body, type=_Alarm)).key.startswith(_LOSS):
            if line.kind == "alarm" and alarm.weight == "red":
                reached[alarm.key] = line.title
                yield line.market_at, line.title, True
            elif title := reached.pop(alarm.key, ""):
                yield line.market_at, f"Over: {title}", False


def _level(line: Line) -> str:
    what = {
        "trading.stopped": "Trading is stopped",
        "trading.closing_only": "Only closing is allowed",
        "trading.lifted": "Trading goes on",
    }
    return f"{what[line.kind]}: {line.title}"


def _moved(lines: list[Line], account_id: str, since: datetime) -> Iterable[tuple[datetime, Decimal]]:
    for line in lines:
        entry = msgspec.json.decode(line.body, type=_Moved).entry if line.kind == ACTIVITY else None
        if entry is None or entry.at < since:
            continue
        mine = (p for p in entry.postings if p.account_id == account_id and p.ledger_account == "cash")
        yield entry.at, sum((p.quantity for p in mine), ZERO)


def _asked(line: Line) -> Asked:
    return msgspec.json.decode(line.body, type=Asked)
