"""Writes a recording of invented prices, to try a paper workspace with: python -m core.market.sample FOLDER."""

import argparse
import logging
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from core.domain.errors import BadInput, StoreError
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES, NOTE, usual_days
from core.market.recording import About, Day, Listed, Recording
from core.market.sessions import NEW_YORK, Sessions
from core.market.tape import Moment
from core.market.ticks import Tick, What

A_MONDAY: Final = date(2026, 11, 23)
SYMBOLS: Final = ("AAPL", "BH", "KO", "MSFT", "SPY")
START: Final = time(10, 0)  # New York
LASTS: Final = timedelta(minutes=30)
_KNOWN_DAYS: Final = 30  # before it
_ON_THE_WAY: Final = timedelta(milliseconds=40)
_SECOND: Final = timedelta(seconds=1)


def sample(
    folder: Path, day: date, start: time = START, lasts: timedelta = LASTS, symbols: Sequence[str] = SYMBOLS
) -> Recording:
    """A stretch of a trading day of the invented market, as a feed would have told it."""
    sessions = Sessions()
    market = InventedMarket(seed=1, sessions=sessions)
    wanted = [name.instrument.id for name in NAMES if name.instrument.symbol in symbols]
    recording = Recording(folder)
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder} is not empty. Nothing was written: name a folder that is not there yet.")
    recording.begin(_about(market, day, wanted))
    began = datetime.combine(day, start, NEW_YORK).astimezone(UTC)
    for minute in range(int(lasts // timedelta(minutes=1))):
        at = began + timedelta(minutes=minute)
        recording.append([t for k in range(60) for t in _told(market, at + k * _SECOND, wanted, fresh=not minute + k)])
    recording.close()
    return recording


def _told(market: InventedMarket, at: datetime, wanted: Sequence[str], *, fresh: bool) -> Iterator[Tick]:
    stretch = market.sessions.stretch(at)
    if stretch is None:
        raise BadInput(f"Nothing trades at {at}. Nothing more was written: name a trading day.")
    second = stretch.second(at)
    yield Tick(what=What.BEAT, at=at, received=at)
    for name in wanted:
        moment = market.moment(name, stretch, second)
        before = None if fresh or not second else market.moment(name, stretch, second - 1)
        if before is None or _shown(before) != _shown(moment):
            yield Tick(
                what=What.QUOTE,
                at=at,
                received=at + _ON_THE_WAY,
                instrument_id=name,
                bid=moment.bid,
                ask=moment.ask,
                bid_size=moment.bid_size,
                ask_size=moment.ask_size,
            )
        if moment.volume:
            traded = at + _SECOND / 2
            yield Tick(
                what=What.TRADE,
                at=traded,
                received=traded + _ON_THE_WAY,
                instrument_id=name,
                price=moment.last,
                size=moment.volume,
                ref=f"{name}-{second}",
            )


def _shown(moment: Moment) -> tuple[object, ...]:
    return moment.bid, moment.ask, moment.bid_size, moment.ask_size


def _about(market: InventedMarket, day: date, wanted: Sequence[str]) -> About:
    usual = usual_days()
    known = market.sessions.days(day - timedelta(days=_KNOWN_DAYS), market.sessions.previous_day(day))
    listed = {instrument.id: instrument for instrument in market.listed(day)}
    names = tuple(
        Listed(
            instrument=listed[name],
            usual=usual[name],
            days=tuple(Day(day=d, bar=bar) for d in known if (bar := market.day(name, d)) is not None),
        )
        for name in wanted
        if name in listed
    )
    events = tuple(e for name in wanted for e in market.events(day, day, name))
    return About(source="invented", note=NOTE, names=names, events=events)


def main() -> None:
    """Always the same prices."""
    reader = argparse.ArgumentParser(prog="core.market.sample", description="Write half an hour of invented prices.")
    reader.add_argument("folder", type=Path)
    folder = reader.parse_args().folder.expanduser().absolute()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        sample(folder, A_MONDAY)
    except (BadInput, StoreError) as error:
        sys.exit(str(error))
    logging.info("Written. Try it:  python3 start.py --workspace paper-1 --recording %s", folder)


if __name__ == "__main__":
    main()
