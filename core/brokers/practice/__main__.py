"""python -m core.brokers.practice: an exchange in a process of its own, for tests that kill the desk beside it."""

import argparse
import sys
from datetime import timedelta
from decimal import Decimal

from core.brokers.practice.broker import PracticeBroker
from core.brokers.practice.line import PracticeLine
from core.brokers.practice.server import Server
from core.clock import SystemClock
from core.domain.errors import DeskError
from core.market.sessions import Sessions
from core.market.timeline import Timeline
from core.system import keep_private, listen


def main() -> None:
    """Until it is ended, or one sentence why not."""
    keep_private()
    try:
        _run(_options())
    except DeskError as error:
        sys.exit(str(error))


def _run(options: argparse.Namespace) -> None:
    clock, sessions = SystemClock(), Sessions()
    timeline = Timeline.of_exchange(clock, sessions) if options.exchange_hours else Timeline.fresh(clock, sessions)
    if not options.exchange_hours:
        timeline.set(own_time=True, pace=options.pace)
    broker = PracticeBroker(
        seed=options.seed,
        starting_cash=options.cash,
        latency=timedelta(milliseconds=options.latency_ms),
        margin_rate=options.margin_rate,
        borrow_rate=options.borrow_rate,
    )
    exchange = broker.exchange(options.file, clock, timeline)
    timeline.not_before(exchange.worked)
    line = PracticeLine(exchange=exchange, account=broker.account, clock=clock, at_close=exchange.close)
    server = Server(line=line, timeline=timeline, listener=listen(options.address))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.run()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m core.brokers.practice", description=__doc__)
    parser.add_argument("--file", required=True, help="the exchange's own SQLite file")
    parser.add_argument("--address", required=True, help="the local socket it answers at")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cash", type=Decimal, default=Decimal(100_000))
    parser.add_argument("--latency-ms", type=int, default=150)
    parser.add_argument("--margin-rate", type=Decimal, default=PracticeBroker.margin_rate, help="a year")
    parser.add_argument("--borrow-rate", type=Decimal, default=PracticeBroker.borrow_rate, help="a year")
    parser.add_argument("--pace", type=int, default=1, help="of its own time: 1 or 60")
    parser.add_argument("--exchange-hours", action="store_true", help="follow the exchange's hours instead")
    return parser.parse_args()


if __name__ == "__main__":
    main()
