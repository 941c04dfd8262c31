"""Whether memory stays flat while six windows are open: each on a page of its own, prices ticking, a person clicking through.

One Chromium, six windows of one desk in practice, the market's own time at 1×, some positions and resting orders. Every few
seconds one of the windows goes on to the next page by the menu, and now and then one is loaded anew. Once a minute the
resident memory of the window's server and of the engine is noted. What counts comes after a warm-up: the mean of its last
third against that of its first, and the fitted slope.

Run: python -m bench.windows [--seconds 7200] [--warm-up 600]
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import linear_regression, mean

from playwright.sync_api import Page

from bench.chromium import chromium, desk_of, load, megabytes, settled
from bench.measure import say, verdict
from core.channel.client import connect
from core.channel.desk import Desk
from core.channel.facets.orders import Draft
from core.domain.errors import DeskError
from core.domain.order import OrderType, Origin, Side
from core.domain.verdict import Consent
from pages.parts.menu import MENU

PAGES = ("home", "ticket", "orders", "positions", "market", "performance")
SYMBOLS = ("AAPL", "KO", "XOM", "JPM", "PFE", "SPY")
A_STEP = 5.0  # seconds between two clicks
ANEW = 20  # of so many steps one is a reload
AIM = 0.05


def trading(desk: Desk) -> None:
    """Its own time, from the opening on; something held and something resting."""
    until = time.monotonic() + 120
    while not _agrees(desk) and time.monotonic() < until:
        time.sleep(0.2)
    desk.practice.time(True, 1)
    for symbol in SYMBOLS:
        _order(desk, symbol, "3")
        _order(desk, symbol, "1", limit="5")


def _agrees(desk: Desk) -> bool:
    """Up, and of one mind with its exchange."""
    with suppress(DeskError):
        lines = desk.health.state().connections
        return bool(lines) and all(line.reconciled for line in lines)
    return False


def _order(desk: Desk, symbol: str, quantity: str, limit: str = "") -> None:
    kind = OrderType.LIMIT if limit else OrderType.MARKET
    draft = Draft(
        symbol=symbol,
        side=Side.BUY,
        type=kind,
        quantity=quantity,
        limit=limit,
        origin=Origin.ALGORITHM,
        origin_id="bench",
    )
    sheet = desk.orders.review(draft)
    desk.orders.confirm(sheet.token, Consent(warnings=sheet.warnings))


def click_on(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_text(MENU[name], exact=True).click()
    page.wait_for_url(f"**/{name}*")
    settled(page)


def grown(times: Sequence[float], sizes: Sequence[float]) -> tuple[float, float]:
    """From the first third to the last, as a share; and the slope in MB an hour."""
    third = max(1, len(sizes) // 3)
    slope = linear_regression(times, sizes).slope if len(sizes) > 1 else 0.0
    return mean(sizes[-third:]) / mean(sizes[:third]) - 1, slope * 3600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=7200.0)
    parser.add_argument("--warm-up", type=float, default=600.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, chromium() as browser:
        server, folder = desk_of(Path(place))
        try:
            desk = connect(folder, timeout=30.0)
            trading(desk)
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            windows = [context.new_page() for _ in PAGES]
            for page, name in zip(windows, PAGES, strict=True):
                page.goto(f"{server.address}/{name}")
                settled(page)
            parts = {"window": server.pid, "engine": desk.health.state().engine_pid}
            sizes: dict[str, list[float]] = {name: [] for name in parts}
            times: list[float] = []
            began = time.monotonic()
            minute = step = 0
            while (now := time.monotonic() - began) < given.warm_up + given.seconds:
                place_of, page = step % len(windows), windows[step % len(windows)]
                if step % ANEW == ANEW - 1:
                    page.reload()
                    settled(page)
                else:
                    click_on(page, PAGES[(place_of + step // len(windows) + 1) % len(PAGES)])
                step += 1
                page.wait_for_timeout(A_STEP * 1e3)
                if now >= minute * 60:
                    minute += 1
                    found = {name: megabytes(pid) for name, pid in parts.items()}
                    words = "   ".join(f"{name} {size:6.1f} MB" for name, size in found.items())
                    warm = " (warm-up)" if now < given.warm_up else ""
                    say(f"{now / 60:5.1f} min   {words}   {step} clicks   {load()}{warm}")
                    if not warm:
                        times.append(now)
                        for name, size in found.items():
                            sizes[name].append(size)
            results = {name: grown(times, kept) for name, kept in sizes.items()}
        finally:
            server.end()
    words = "; ".join(
        f"{name} {share:+.1%}, {slope:+.1f} MB an hour, {sizes[name][-1]:.0f} MB at the end"
        for name, (share, slope) in results.items()
    )
    kept = all(share <= AIM for share, _ in results.values())
    verdict("windows", words, kept=kept, aim=f"≤ {AIM:.0%}")


if __name__ == "__main__":
    main()
