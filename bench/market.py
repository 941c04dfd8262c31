"""What the invented market costs: 60 names at 60× and at 1×, and the first quote of a fresh engine.

Market time is walked by hand, as fast as this machine goes, in the steps an engine takes: ten times in a second of real
time the exchange works off what has passed, with an order of ours waiting in every name; once a second each name's quote
is asked for, and one name's minute bars. Both paces begin at an opening, where every name's day has to be worked out. The
first quote is asked of a market that knows nothing yet but the trading calendar.

Run: python -m bench.market [--minutes 3]
"""

import argparse
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median

from bench.measure import say, verdict
from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.exchange import Exchange
from core.domain.order import Order, OrderType, Side, TimeInForce
from core.market.feeds.base import BarSize
from core.market.feeds.invented import InventedFeed
from core.market.invented.market import InventedMarket
from core.market.invented.names import NAMES
from core.market.sessions import Sessions

COUNT = 60
BEATS = 10  # in a second of real time
DAY = date(2026, 11, 23)
FAST, SLOW = 60, 1
FAST_AIM, SLOW_AIM, FIRST_AIM = 0.5, 0.05, 0.25
ROUNDS = 3


@dataclass
class HandClock:
    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Scene:
    clock: HandClock
    feed: InventedFeed
    exchange: Exchange


def opened(seed: int, sessions: Sessions) -> Scene:
    """At an opening, with one order of ours in each name, a little below the market."""
    hours = sessions.hours(DAY)
    if hours is None:
        raise SystemExit(f"{DAY} has no session")
    clock = HandClock(hours.opens_at)
    market = InventedMarket(seed=seed, sessions=sessions)
    exchange = PracticeBroker(seed=seed).exchange(":memory:", clock, clock, market, market)
    feed = InventedFeed(market=market, overlay=exchange.overlay, clock=clock, market_clock=clock)
    for number, name in enumerate(NAMES[:COUNT]):
        bid = feed.quote(name.instrument.id).bid
        tick = name.instrument.tick_at(bid)
        exchange.submit(
            Order(
                id=f"o{number}",
                intent_key=f"o{number}",
                client_id=f"o{number}",
                account_id="practice",
                instrument_id=name.instrument.id,
                symbol=name.instrument.symbol,
                side=Side.BUY,
                type=OrderType.LIMIT,
                quantity=Decimal(1),
                limit=(bid * Decimal("0.98") // tick) * tick,
                time_in_force=TimeInForce.GTC,
            )
        )
    return Scene(clock=clock, feed=feed, exchange=exchange)


def walked(seed: int, sessions: Sessions, pace: int, seconds: int) -> float:
    """The share of one core that so many seconds of real time take, the opening included."""
    began = time.process_time()
    scene = opened(seed, sessions)
    step = timedelta(seconds=pace) / BEATS
    for beat in range(seconds * BEATS):
        scene.clock.at += step
        scene.exchange.pump()
        if beat % BEATS:
            continue
        for name in NAMES[:COUNT]:
            scene.feed.quote(name.instrument.id)
        now = scene.clock.at
        scene.feed.bars(NAMES[0].instrument.id, BarSize.MINUTE, now - timedelta(minutes=30), now)
    return (time.process_time() - began) / seconds


def first_quote(seed: int, sessions: Sessions) -> float:
    hours = sessions.hours(DAY)
    if hours is None:
        raise SystemExit(f"{DAY} has no session")
    clock = HandClock(hours.opens_at + timedelta(hours=2))
    began = time.process_time()
    market = InventedMarket(seed=seed, sessions=sessions)
    exchange = PracticeBroker(seed=seed).exchange(":memory:", clock, clock, market, market)
    feed = InventedFeed(market=market, overlay=exchange.overlay, clock=clock, market_clock=clock)
    feed.quote(NAMES[0].instrument.id)
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=3.0, help="of real time, at each pace")
    seconds = int(parser.parse_args().minutes * 60)
    sessions = Sessions()
    sessions.hours(DAY)
    first = median(first_quote(seed, sessions) for seed in range(10, 10 + ROUNDS))
    fast = [walked(seed, sessions, FAST, seconds) for seed in range(ROUNDS)]
    slow = [walked(seed, sessions, SLOW, seconds) for seed in range(ROUNDS)]
    for pace, found in ((FAST, fast), (SLOW, slow)):
        say(f"{COUNT} names at {pace}×: {median(found):7.2%} of a core, worst {max(found):7.2%}; {seconds} s each")
    say(f"first quote of a fresh market: {first * 1e3:.0f} ms")
    words = (
        f"{median(fast):.1%} of a core at {FAST}×, {median(slow):.1%} at {SLOW}×, "
        f"{median(fast) / median(slow):.1f} × for {FAST // SLOW} × the market time; first quote {first * 1e3:.0f} ms"
    )
    kept = max(fast) < FAST_AIM and max(slow) < SLOW_AIM and first < FIRST_AIM
    verdict("market", words, kept=kept, aim=f"< {FAST_AIM:.0%}, < {SLOW_AIM:.0%} and < {FIRST_AIM * 1e3:g} ms")


if __name__ == "__main__":
    main()
