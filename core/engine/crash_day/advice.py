"""What is going on on a crash day, and what it asks of the person: the first that is true."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.channel.facets.crash_day import Stage
from core.engine.crash_day.guide import clock
from core.engine.crash_day.look import Books, Look
from core.market.timeline import PAUSED

Advice = tuple[str, str]  # what is going on, and what to do
_LATE: Final = timedelta(minutes=15)  # before the close


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What it depends on."""

    stage: Stage
    seen: Look
    known: Books
    now: datetime
    own_time: bool
    pace: int
    level: str  # what trading is allowed, when it is not everything

    @property
    def bare(self) -> str:
        """Positions that a stop does not cover."""
        return ", ".join(held.symbol for held in self.seen.positions if held.covered < abs(held.quantity))


def now_to_do(scene: Scene) -> Advice:
    """The most pressing thing."""
    if scene.stage is Stage.OVER:
        return "The session is over.", "The broker's last word is awaited, then the report is written."
    if not scene.own_time:
        return "Market time follows the exchange's hours.", "Choose 60× to go on with the crash day."
    return next(_before(scene) if scene.stage is Stage.BEFORE else _during(scene))


def _before(scene: Scene) -> Iterator[Advice]:
    opens, now = clock(scene.seen.hours.opens_at), clock(scene.now)
    if not scene.known.held and not scene.known.orders:
        yield (
            f"It is {now}, the market opens at {opens}. You hold nothing.",
            "Have the sample portfolio bought at the opening, or let the day run and only watch.",
        )
    if not scene.known.held:
        yield (
            f"Your orders wait for the opening at {opens}.",
            "Let the day run. Two minutes after the opening time stands still, so that you can place stops.",
        )
    if scene.bare:
        yield (
            f"It is {now}, the market opens at {opens}. Without a stop: {scene.bare}.",
            "Place stops now, or let the day run without.",
        )
    yield f"It is {now}, the market opens at {opens}.", "Every position has its stop. Let the day run."


def _during(scene: Scene) -> Iterator[Advice]:
    yield from _pressing(scene)
    if scene.pace == PAUSED:
        yield (
            f"Time stands still at {clock(scene.now)}.",
            f"Without a stop: {scene.bare}. Place stops, or go on without at 60×."
            if scene.bare
            else "Go on at 60× when you are ready; 1× and 10× give you time to act.",
        )
    if scene.level:
        yield (
            scene.level,
            "What reduces a position is still let out. Slow down to 1× or 10× to close one by hand.",
        )
    if scene.seen.hours.closes_at - scene.now <= _LATE:
        yield (
            f"The session closes at {clock(scene.seen.hours.closes_at)}.",
            "What is still open then is told in the report.",
        )
    if scene.bare:
        yield (
            f"Without a stop: {scene.bare}.",
            "A pause gives you time: place stops, close a position, or hold on and see what it costs.",
        )
    if not scene.seen.positions:
        yield "You hold nothing.", "Watch what a crash looks like, or buy something and see what your limits say to it."
    yield (
        "Every position has its stop.",
        "There is nothing you have to do. Watch where they go off, and at which price.",
    )


def _pressing(scene: Scene) -> Iterator[Advice]:
    doubt = sum(order.in_doubt for order in scene.seen.orders)
    if doubt:
        yield (
            f"{'1 order is' if doubt == 1 else f'{doubt} orders are'} not confirmed by the broker.",
            "Nothing is sent twice: it is looked up by itself. See it on the page Orders.",
        )
    for halt in scene.seen.halts:
        if halt.start <= scene.now < halt.end:
            yield (
                f"All trading stands still until {clock(halt.end)}.",
                "Market orders are refused now. Stops and limits wait, and meet the auction in which it opens again.",
            )
