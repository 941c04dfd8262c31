"""What a person is offered on a crash day: a sample portfolio, and stops. Drafts, reviewed and confirmed like any order."""

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from typing import Final

from core.channel.facets.orders import Draft
from core.domain.errors import BadInput
from core.domain.instrument import Instrument
from core.domain.money import ZERO, floor_to
from core.domain.order import OrderType, Side, TimeInForce
from core.engine.crash_day.look import Books, protected

SAMPLE: Final = {
    "SPY": Decimal("0.09"),
    "QQQ": Decimal("0.09"),
    "NVDA": Decimal("0.08"),
    "JPM": Decimal("0.08"),
    "XOM": Decimal("0.08"),
    "TLT": Decimal("0.08"),
}  # shares of the account: half of it, none above what one order may be worth
MOST_EACH: Final = Decimal(90_000)
NEAREST: Final = Decimal("0.005")
FURTHEST: Final = Decimal("0.25")
_STRATEGY: Final = "crash day"


def sample(known: Books, equity: Decimal | None, last: Callable[[Instrument], Decimal | None]) -> tuple[Draft, ...]:
    """Whole shares, at the opening."""
    by_symbol = {instrument.symbol: instrument for instrument in known.names.values()}
    if equity is None or equity <= 0:
        raise BadInput("The account's value is not known, or nothing. Nothing was made: add practice cash first.")
    found = []
    needed = ZERO
    for symbol, share in SAMPLE.items():
        instrument = by_symbol.get(symbol)
        price = last(instrument) if instrument else None
        if instrument is None or price is None or not instrument.tradable:
            continue
        quantity = floor_to(min(equity * share, MOST_EACH) / price, Decimal(1))
        if quantity > 0:
            needed += quantity * price
            found.append(
                Draft(
                    symbol=symbol,
                    side=Side.BUY,
                    quantity=f"{quantity:f}",
                    time_in_force=TimeInForce.OPEN,
                    strategy=_STRATEGY,
                )
            )
    if len(found) < len(SAMPLE) or needed > known.cash:
        raise BadInput(
            f"{max(known.cash, ZERO):,.2f} {known.currency} in cash do not buy the sample portfolio. "
            "Nothing was made: add practice cash on the page Practice, or use what you hold."
        )
    return tuple(found)


def stops(
    known: Books, below: Decimal, last: Callable[[Instrument], Decimal | None], *, is_open: bool
) -> tuple[Draft, ...]:
    """Of a short, above its last price. Outside the session they wait here for it."""
    if not below.is_finite() or not NEAREST <= below <= FURTHEST:
        raise BadInput("A stop can be 0.5 to 25 % away from the last price. Nothing was made: choose a distance.")
    if not known.held:
        raise BadInput("Nothing is held, so there is nothing to protect. Nothing was made.")
    covered = protected(known)
    found = []
    for instrument_id, quantity in sorted(known.held.items(), key=lambda item: known.names[item[0]].symbol):
        instrument = known.names[instrument_id]
        bare = floor_to(abs(quantity) - covered.get(instrument_id, ZERO), instrument.lot)
        price = last(instrument)
        if bare <= 0 or price is None:
            continue
        tick, side = instrument.tick_at(price), Side.SELL if quantity > 0 else Side.BUY
        at = floor_to(price * (1 - below), tick)
        if side is Side.BUY:
            at = (price * (1 + below) / tick).to_integral_value(rounding=ROUND_CEILING) * tick
        found.append(
            Draft(
                symbol=instrument.symbol,
                side=side,
                type=OrderType.STOP,
                quantity=f"{bare.normalize():f}",
                stop=f"{at:f}",
                time_in_force=TimeInForce.GTC,
                wait_for_open=not is_open,
                strategy=_STRATEGY,
            )
        )
    if not found:
        raise BadInput("Every position has its stop already, or no price to place one at. Nothing was made.")
    return tuple(found)
