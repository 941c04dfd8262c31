"""Where every name opens and closes each day: shared moves, its own, and times that are calm, normal or bad.

Everything is a level without splits and dividends, as the logarithm of a multiple of the usual price. Yesterday is needed
for today, so years are made one after another, as far as somebody asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final

import numpy as np

from core.domain.chosen import Kind, Script
from core.market.invented.chance import Floats, Parts, bell, parts, share, wildness
from core.market.invented.factors import TRADING_DAYS, VOLATILITY, Factor
from core.market.invented.names import NAMES
from core.market.invented.reporting import reporting_days
from core.market.invented.script import CHARACTERS, ORDINARY, Character
from core.market.invented.times import MARKET_UNREST, OWN_UNREST, SHARED_UNREST, VOLUMES, State, after
from core.market.sessions import FIRST_YEAR, Sessions

OVERNIGHT: Final = 0.25  # share of a day's variance that happens while the exchange is closed
POST: Final = 0.2  # of that, until the end of after hours
NIGHT: Final = 0.8  # until the opening
COLUMN: Final = {name.instrument.id: k for k, name in enumerate(NAMES)}
FACTORS: Final = len(Factor)
_PULL: Final = 1 / (2 * TRADING_DAYS)  # of the distance to its usual level, each day
ANCHOR: Final = 2026  # the year in which usual prices are as listed
_DAILY: Final = 2000  # the stream of chance all days come from
_SLOTS: Final = 96  # of chance in a day: shared moves first, then names by number
_WORDS: Final = 3
_WEEKS: Final = 54  # a year touches at most
_WEEKDAYS: Final = 5
_SHOCK: Final = 0.07  # how much of yesterday's surprise is in today's unrest
_STAYS: Final = 0.90  # how much of yesterday's unrest
_REPORT: Final = 2.2  # the move on quarterly figures, in days
_NEWS: Final = (0.11, 0.20)  # a move within a minute that no band holds
_SELDOM: Final = 256  # days
_CLOSER: Final = 0.4  # in bad times everything moves more like the market: this much of the difference


_LOADS: Final = np.zeros((FACTORS, len(NAMES)))
for _k, _name in enumerate(NAMES):
    for _factor, _load in _name.loads:
        _LOADS[_factor, _k] = _load
_STOCKS: Final = np.array([name.reports for name in NAMES])
_NEARER: Final = np.where(_STOCKS, _CLOSER * (1 - _LOADS[Factor.MARKET]), 0.0)
_REPORTS_SHARE: Final = 4 * _REPORT * _REPORT / TRADING_DAYS
_SMALL: Final = np.array([name.reports and name.tier > 1 for name in NAMES])
_OWN_DAILY: Final = np.array(
    [n.own / np.sqrt(TRADING_DAYS * (1 + (_REPORTS_SHARE if n.reports else 0.0))) for n in NAMES]
)
_FACTOR_DAILY: Final = np.array([VOLATILITY[f] for f in Factor]) / np.sqrt(TRADING_DAYS)
_TREND: Final = np.array([n.growth + n.dividends for n in NAMES])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Year:
    """One row a day; one column a name, or a shared move."""

    opens: Floats
    closes: Floats
    posts: Floats  # at the end of after hours
    shared: Floats  # moves between opening and close
    shared_daily: Floats  # how far a whole day goes, one standard deviation
    own: Floats
    own_daily: Floats
    busy: Floats
    news: Floats  # of the own moves, what came within a minute
    states: Sequence[State]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Eve:
    """What a year hands on to the next."""

    state: State
    unrest: Floats
    away: Floats  # the last close's distance to the usual level
    post: Floats


class Levels:
    """All years, made when they are asked for."""

    def __init__(self, seed: int, sessions: Sessions, script: Script) -> None:
        self._seed = seed
        self._sessions = sessions
        self._chosen = {c.day: c for c in script if c.kind in CHARACTERS}
        self._gaps = {(c.day, c.instrument_id) for c in script if c.kind is Kind.EARNINGS_GAP}
        self._lock = Lock()
        self._years: list[Year] = []
        self._rows: dict[date, tuple[int, int]] = {}
        width = FACTORS + len(NAMES)
        none = np.zeros(len(NAMES))
        self._eve = _Eve(state=State.NORMAL, unrest=np.ones(width), away=none, post=none)

    def on(self, day: date) -> tuple[Year, int]:
        """The year it lies in, and its row there."""
        if day not in self._rows:
            with self._lock:
                while len(self._years) <= day.year - FIRST_YEAR:
                    self._make(FIRST_YEAR + len(self._years))
        year, row = self._rows[day]
        return self._years[year], row

    def character(self, day: date) -> Character:
        """What was chosen for it."""
        chosen = self._chosen.get(day)
        return ORDINARY if chosen is None else CHARACTERS[chosen.kind]

    def _make(self, number: int) -> None:
        days = self._sessions.days(date(number, 1, 1), date(number, 12, 31))
        year, self._eve = self._drawn(number, days, self._eve)
        self._years.append(year)
        self._rows |= {day: (len(self._years) - 1, row) for row, day in enumerate(days)}

    def _drawn(self, number: int, days: Sequence[date], eve: _Eve) -> tuple[Year, _Eve]:
        chance = _chance(self._seed, number, days)
        states = self._states(days, eve.state, share(chance[:, 0, 11]))
        times = np.array(states)
        wild = wildness(chance[:, :, 8])
        nights, moves = bell(chance[:, :, 0:4]) * wild, bell(chance[:, :, 4:8]) * wild
        surprise = OVERNIGHT * nights * nights + (1 - OVERNIGHT) * moves * moves
        unrest, left = _unrest(surprise, eve.unrest)
        daily = np.sqrt(unrest)
        daily[:, :FACTORS] *= _FACTOR_DAILY * SHARED_UNREST[times][:, None]
        daily[:, Factor.MARKET] *= (MARKET_UNREST / SHARED_UNREST)[times]
        daily[:, FACTORS:] *= _OWN_DAILY * OWN_UNREST[times][:, None]
        moves *= daily * np.sqrt(1 - OVERNIGHT)
        posts = bell(chance[:, :, 9:11]) * daily * np.sqrt(OVERNIGHT * POST)
        nights *= daily * np.sqrt(OVERNIGHT * NIGHT)
        busy = 0.6 + 0.8 * share(chance[:, FACTORS:, 11])
        busy *= VOLUMES[times][:, None]
        self._figures(days, nights[:, FACTORS:], busy, daily[:, FACTORS:], share(chance[:, FACTORS:, 11]))
        news = _news(chance[:, FACTORS:])
        moves[:, FACTORS:] += news
        busy[news != 0] *= 2
        self._chosen_moves(days, nights, moves, chance[:, Factor.MARKET, 8])
        trend = (
            _TREND * (np.array([day.toordinal() - date(ANCHOR, 1, 1).toordinal() for day in days]) / 365.25)[:, None]
        )
        night, move, post = _together(nights, times), _together(moves, times), _together(posts, times)
        away = _walked(night, move, post, eve)
        closes = away + trend
        year = Year(
            opens=closes - move,
            closes=closes,
            posts=closes + post,
            shared=moves[:, :FACTORS],
            shared_daily=daily[:, :FACTORS],
            own=moves[:, FACTORS:],
            own_daily=daily[:, FACTORS:],
            busy=busy,
            news=news,
            states=states,
        )
        return year, _Eve(state=states[-1], unrest=left, away=away[-1], post=post[-1])

    def _states(self, days: Sequence[date], before: State, chance: Floats) -> list[State]:
        states, state = [], before
        for day, drawn in zip(days, chance.tolist(), strict=True):
            state = State.CRISIS if self.character(day).in_crisis else after(state, drawn)
            states.append(state)
        return states

    def _figures(self, days: Sequence[date], nights: Floats, busy: Floats, daily: Floats, chance: Floats) -> None:
        """On the morning after its quarterly figures a stock opens elsewhere, and trades more."""
        rows = {day: row for row, day in enumerate(days)}
        for column, name in enumerate(NAMES):
            if not name.reports:
                continue
            for day in reporting_days(name.number, days):
                row = rows[day]
                far = (2 * chance[row, column] - 1) * np.sqrt(3)
                nights[row, column] += _REPORT * far * daily[row, column]
                busy[row, column] *= 1.5 + abs(far)
        for day, instrument_id in self._gaps:
            if day in rows and instrument_id in COLUMN:
                row, column = rows[day], COLUMN[instrument_id]
                up = 1 if chance[row, column] < 0.5 else -1
                nights[row, column] = up * (0.08 + 0.07 * abs(2 * chance[row, column] - 1))
                busy[row, column] *= 3

    def _chosen_moves(self, days: Sequence[date], nights: Floats, moves: Floats, chance: Parts) -> None:
        for row, day in enumerate(days):
            character, drawn = self.character(day), float(chance[row]) / 65536
            way = -1 if character.either_way and int(chance[row]) & 1 else 1
            for kept, span in ((nights, character.gap), (moves, character.move)):
                if span is not None:
                    kept[row, Factor.MARKET] = way * (span[0] + drawn * (span[1] - span[0]))


def loads(state: State, column: int) -> tuple[tuple[Factor, float], ...]:
    """How much of each shared move a name makes in these times."""
    nearer = float(_NEARER[column]) if state is State.CRISIS else 0.0
    return tuple((f, load + nearer if f is Factor.MARKET else load) for f, load in NAMES[column].loads)


def _chance(seed: int, number: int, days: Sequence[date]) -> Parts:
    """Rows by weekday of the year, so that a holiday more or less changes nothing else."""
    first = date(number, 1, 1)
    monday = first.toordinal() - first.weekday()
    rows = [(d.toordinal() - monday) // 7 * _WEEKDAYS + d.weekday() for d in days]
    drawn = parts(seed, _DAILY, number, _WEEKS * _WEEKDAYS, _SLOTS * _WORDS)
    by_slot = drawn.reshape(_WEEKS * _WEEKDAYS, _SLOTS, _WORDS * 4)
    slots = [*range(FACTORS), *(FACTORS + name.number for name in NAMES)]
    chosen: Parts = by_slot[np.array(rows)][:, np.array(slots)]
    return chosen


def _news(chance: Parts) -> Floats:
    """About once a year a small company says something in the middle of the day."""
    said = (chance[:, :, 11] % _SELDOM == 0) & _SMALL
    far = _NEWS[0] + (_NEWS[1] - _NEWS[0]) * share(chance[:, :, 10])
    return np.where(said, np.where(chance[:, :, 9] & 1, far, -far), 0.0)


def _unrest(surprise: Floats, before: Floats) -> tuple[Floats, Floats]:
    """After a wild day comes a wilder one: the day's variance, as a multiple of the usual."""
    kept = _SHOCK * surprise + _STAYS
    rows = np.empty_like(kept)
    for row in range(len(kept)):
        rows[row] = before
        before = np.minimum(before * kept[row] + (1 - _SHOCK - _STAYS), 8.0)
    return rows, before


def _together(drawn: Floats, times: Floats) -> Floats:
    """Each name's whole move: its own and its share of every shared one, added in one order."""
    total = drawn[:, FACTORS:].copy()
    for factor in Factor:
        moved = np.nonzero(_LOADS[factor])[0]
        total[:, moved] += drawn[:, factor, None] * _LOADS[factor, moved]
    total += np.where(times == State.CRISIS, drawn[:, Factor.MARKET], 0.0)[:, None] * _NEARER
    return total


def _walked(night: Floats, move: Floats, post: Floats, eve: _Eve) -> Floats:
    """Every close's distance to the usual level, with a gentle pull back to it."""
    step = night + move
    step[0] += eve.post
    step[1:] += post[:-1]
    away, rows = eve.away, np.empty_like(step)
    for row in range(len(step)):
        rows[row] = away = away * (1 - _PULL) + step[row]
    return rows
