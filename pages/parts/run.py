"""A run in numbers: each with its formula and its time."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

from core.channel.facets.statements import CostView, ResultView, StatementView, TradingView
from pages.parts import account
from pages.parts.grid import Cell, Head
from pages.parts.marks import mini
from pages.parts.words import MISSING, SIDES, TYPES, Number, change, clock, day, decimals, money, percent, plural

BPS: Final = "bps of what traded, at that price."
FAR: Final = (
    "Far touch: price paid − ask for a purchase, bid − price for a sale, times quantity, when it filled. "
    f"Negative = the spread was earned. Fees are apart. {BPS}"
)
MID: Final = f"Mid: as far touch, against halfway between bid and ask when it filled. {BPS}"
ARRIVAL: Final = (
    "Arrival: as far touch, against the mid of the quote the order saw when it was asked for; "
    f"of a changed order, the first of the chain. {BPS}"
)
FILLED: Final = "Of each order that is over, the part that filled, on average. A changed order counts once."
FALL: Final = (
    "Deepest fall below a value of before, from one start of a session to another and to now; "
    "deposits and withdrawals are taken out. Falls within a session are not in it."
)
TRADED: Final = "Quantity × price of every fill."
HEADS: Final = (
    Head("Run", form="strong wide"),
    Head(
        "Start, USD", "Cash, and what was held at its cost, when the books began; below, deposits − withdrawals since."
    ),
    Head("End, USD", "Cash + what is held, at last prices."),
    Head("Profit, USD", "End − start − paid in; below, as a share of start and paid in."),
    Head("Orders", f"That came to the exchange; a changed order counts once. Filled: {FILLED}"),
    Head("Traded, USD", TRADED),
    Head("Far touch, USD", FAR),
    Head("Mid, USD", MID),
    Head("Arrival, USD", ARRIVAL),
    Head("Deepest fall, USD", FALL),
)
COSTS: Final = (
    Head("", form="strong"),
    Head("Fills"),
    Head("Traded, USD", TRADED),
    Head("Fees, USD", "As the exchange charged them."),
    Head("Far touch, USD", FAR),
    Head("Mid, USD", MID),
    Head("Arrival, USD", ARRIVAL),
)
PARTS: Final[Sequence[tuple[str, Callable[[ResultView], Decimal | None], str]]] = (
    ("Start", lambda run: run.start, "Cash, and what was held at its cost, when the books began."),
    ("Paid in", lambda run: run.transfers, "Deposits − withdrawals. No gain and no loss."),
    ("Realised", lambda run: run.realized, "What was sold − its cost, fees apart."),
    ("Unrealised", lambda run: run.unrealized, "What is held at last prices − its cost."),
    ("Dividends", lambda run: run.dividends, "Received − paid on what was short."),
    ("Interest", lambda run: run.interest, "Received − paid on borrowed cash."),
    ("Borrowing fees", lambda run: run.borrow, "Paid for shares that were lent."),
    ("Fees", lambda run: run.fees, "Charged on fills."),
    ("Corrections", lambda run: run.corrections, "Taken over from the exchange by hand, or not explained."),
    ("End", lambda run: run.end, "All of the above. Cash + what is held, at last prices."),
)
KINDS: Final = {
    **{kind.value: words for kind, words in TYPES.items()},
    "elsewhere": "Made elsewhere",
    "sample": "Sample",
}
WAYS: Final = {side.value: words for side, words in SIDES.items()}


def title(run: ResultView) -> str:
    """Its name and its beginning: runs of one account bear the same name."""
    return f"{run.name}, from {day(run.begun_at)}"


def period(run: ResultView) -> str:
    return f"{day(run.begun_at)} – {day(run.ended_at) if run.ended_at else 'now'}"


def until(run: ResultView) -> str:
    """The time its numbers are about, to be said with each."""
    return f"{day(run.begun_at)} to {day(run.as_of)}, {clock(run.as_of)} ET"


def bps(value: Decimal | None) -> str:
    return MISSING if value is None else f"{decimals(value, places=1)} bps"


def signed(value: Number | None) -> str:
    return money(value, plus=True)


def compared(runs: Sequence[ResultView]) -> list[list[Cell]]:
    """A line for each."""
    return [_line(run) for run in runs]


def _line(run: ResultView) -> list[Cell]:
    trading = run.trading
    words = (
        Cell(run.name, f"{period(run)} · {plural(run.days, 'session')}"),
        Cell(money(run.start), f"{signed(run.transfers)} paid in" if run.transfers else ""),
        Cell(money(run.end)),
        Cell(signed(run.profit), percent(_share(run)), signed=True),
        Cell(f"{run.orders:,}", f"{percent(run.filled_share, plus=False, places=1)} filled"),
        Cell(money(trading.traded), plural(trading.fills, "fill")),
        *(cost_cell(cost) for cost in (trading.far_touch, trading.mid, trading.arrival)),
        Cell(money(run.fall), fallen(run)),
    )
    return [
        Cell(cell.words, cell.remark, f"{head.how}{cell.how} {until(run)}." if head.how else "", cell.signed)
        for cell, head in zip(words, HEADS, strict=True)
    ]


def cost_cell(cost: CostView, how: str = "") -> Cell:
    """Money with basis points; how many fills are not in it stands in its tooltip."""
    left = f" {plural(cost.left_out, 'fill')} left out." if cost.left_out else ""
    return Cell(money(cost.money, plus=True), bps(cost.bps) if cost.bps is not None else "", f"{how}{left}")


def left_out(trading: TradingView) -> str:
    """Which fills are in no sum; empty = all are."""
    named = (("far touch and mid", trading.mid.left_out), ("arrival", trading.arrival.left_out))
    parts = [f"{count:,} of {plural(trading.fills, 'fill')} from {name}" for name, count in named if count]
    return f"Left out, because it is not known: {' and '.join(parts)}. No sum takes them for zero." if parts else ""


def earned(run: ResultView) -> list[tuple[str, str, str]]:
    """Part, number, formula and time."""
    return [
        (name, (money if name in ("Start", "End") else signed)(of(run)), f"{how} {until(run)}.")
        for name, of, how in PARTS
    ]


def costs(run: ResultView, groups: Iterable[TradingView], names: dict[str, str] | None = None) -> list[list[Cell]]:
    """A line for each group."""
    return [
        [
            Cell((names or {}).get(group.name, group.name)),
            Cell(f"{group.fills:,}", how=f"Fills that count. {until(run)}."),
            Cell(money(group.traded), how=f"{TRADED} {until(run)}."),
            Cell(money(group.fees), how=f"As the exchange charged them. {until(run)}."),
            cost_cell(group.far_touch, f"{FAR} {until(run)}."),
            cost_cell(group.mid, f"{MID} {until(run)}."),
            cost_cell(group.arrival, f"{ARRIVAL} {until(run)}."),
        ]
        for group in groups
    ]


def grouped(told: StatementView) -> list[list[Cell]]:
    """All fills, then by order type and by side."""
    return [
        *costs(told.run, [told.run.trading], {told.run.account_id: "All fills", "": "All fills"}),
        *costs(told.run, told.by_type, KINDS),
        *costs(told.run, told.by_side, WAYS),
    ]


def headline(run: ResultView) -> list[tuple[str, Cell]]:
    """The figures at the head. A cost is neither gain nor loss, and wears no colour."""
    trading, when = run.trading, f"{until(run)}."
    share = f"{percent(_share(run))} of start and paid in"
    return [
        ("Profit, USD", Cell(change(run.profit), share, f"End − start − paid in. {when}", signed=True)),
        ("Cost against arrival, USD", cost_cell(trading.arrival, f"{ARRIVAL} {when}")),
        ("Cost against mid, USD", cost_cell(trading.mid, f"{MID} {when}")),
        ("Cost against far touch, USD", cost_cell(trading.far_touch, f"{FAR} {when}")),
        (
            "Filled",
            Cell(
                percent(run.filled_share, plus=False, places=1),
                f"of {plural(run.over, 'order')} that are over",
                f"{FILLED} {when}",
            ),
        ),
        (
            "Deepest fall, USD",
            Cell(money(run.fall), f"{fallen(run)}{without_sample(run.account_id)}", f"{FALL} {when}"),
        ),
    ]


def fallen(run: ResultView) -> str:
    """As a share of the value it fell from."""
    return percent(None if run.fall_share is None else -run.fall_share)


def without_sample(account_id: str) -> str:
    """A fall is looked for in sessions the desk was there for."""
    return ", the sample's sessions left out" if account.sample(account_id) else ""


def _share(run: ResultView) -> Decimal | None:
    paid = run.start + run.transfers
    return run.profit / paid if run.profit is not None and paid > 0 else None


def formulas() -> None:
    """For who cannot hover."""
    known = [(head.words.removesuffix(", USD"), head.how) for head in HEADS if head.how]
    mini(
        "How each number is worked out",
        (("Number", "strong"), ("How", "wide")),
        known + [(n, h) for n, _, h in PARTS[2:-1]],
    )
