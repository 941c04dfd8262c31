"""Statements of runs, as the engine answers for them: what the books earned beside what the fills cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from core.channel.facets.statements import CostView, ResultView, StatementView, TradingView
from core.domain.account import Account
from core.domain.errors import BadInput
from core.domain.lot import Position
from core.domain.money import ZERO, value_of
from core.engine.engine import Engine
from core.engine.facets.tables import MOMENT, NUMBER, TEXT, WHOLE, table
from core.engine.sample import sample_of
from core.engine.tally import Group, Tally
from core.engine.words import run_name
from core.ledger.result import Result, result, worst_fall
from core.store.traded import Asked, Traded, Worth
from core.tca.cost import Cost, Costs, costs, together

COLUMNS: Final = {
    "seq": WHOLE,
    "at": MOMENT,
    "order_id": TEXT,
    "symbol": TEXT,
    "side": TEXT,
    "type": TEXT,
    "quantity": NUMBER,
    "price": NUMBER,
    "fee": NUMBER,
    "bid": NUMBER,
    "ask": NUMBER,
    "arrival": NUMBER,
    "far_touch_cost": NUMBER,
    "mid_cost": NUMBER,
    "arrival_cost": NUMBER,
}
MOST_ROWS: Final = 5000
LAST_ROW: Final = 2**62
ELSEWHERE: Final = "elsewhere"
KEPT: Final = "run:"  # settings of a run that is over
_NOTHING_ASKED: Final = Asked(orders=0, over=0, filled_share=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Books:
    """One account's, at one moment of the desk thread."""

    account: Account
    name: str
    begun_at: datetime | None
    as_of: datetime
    balances: Mapping[str, Decimal]
    positions: Mapping[str, Position]
    invested: Decimal | None  # what is held, at prices of now; of a run that is over, as it was kept then

    @property
    def cost(self) -> Decimal:
        return sum((position.cost for position in self.positions.values()), ZERO)


@dataclass(slots=True)
class StatementsFacet:
    """Long looks go through the archive; the desk thread is asked for balances and names alone."""

    engine: Engine
    _tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self._tally = Tally(self.engine.archive)

    def all(self) -> tuple[ResultView, ...]:
        sums = self._tally.now()
        asked, worths = self.engine.archive.runs()
        used = asked.keys() | {group.account_id for group in sums}
        return tuple(
            self._run(books, sums, asked.get(books.account.id, _NOTHING_ASKED), worths.get(books.account.id, ()))
            for books in self._books()
            if books.account.ended_at is None or books.account.id in used  # one nobody used has nothing to compare
        )

    def of(self, account_id: str) -> StatementView:
        run = next((run for run in self.all() if run.account_id == account_id), None)
        if run is None:
            raise BadInput(f"There is no run {account_id[:40]} here. Choose one of this workspace.")
        mine = {group: part for group, part in self._tally.now().items() if group.account_id == account_id}
        symbols = self._symbols({group.instrument_id for group in mine})
        return StatementView(
            run=run,
            by_symbol=_grouped(mine, lambda group: group.instrument_id, symbols),
            by_type=_grouped(mine, lambda group: group.type, {}),
            by_side=_grouped(mine, lambda group: group.side, {}),
            note=self.engine.feed.note,
        )

    def fills(
        self,
        account_id: str,
        before: int = 0,
        limit: int = 200,
        instrument_id: str = "",
        order_type: str = "",
        side: str = "",
    ) -> pa.Table:
        most, before = max(1, min(limit, MOST_ROWS)), max(0, min(before, LAST_ROW))
        found = self.engine.archive.fills(
            account_id, before, most, instrument_id=instrument_id, order_type=order_type, side=side
        )
        symbols = self._symbols({one.fill.instrument_id for one in found})
        return table(COLUMNS, [_row(one, symbols) for one in found])

    # parts -----------------------------------------------------------------------------------------------------------

    def _books(self) -> list[_Books]:
        engine = self.engine

        def look() -> list[_Books]:
            books, worth, now = engine.store.books, engine.desk.pictures.worth, engine.timeline.now()
            return [
                _Books(
                    account=account,
                    name=run_name(account, number),
                    begun_at=self._begun(account),
                    as_of=account.ended_at or now,
                    balances=books.balances(account.id, account.currency),
                    positions=books.positions(account.id),
                    invested=self._kept(account) if account.ended_at else worth(account.id).invested,
                )
                for number, account in enumerate(engine.store.accounts.every(), 1)
            ]

        return engine.thread.ask(look)

    def _run(self, books: _Books, sums: Mapping[Group, Costs], asked: Asked, worths: Sequence[Worth]) -> ResultView:
        account = books.account
        worth = books.invested
        told = result(books.balances, books.cost, None if worth is None else value_of(worth, Decimal(1)))
        fall = worst_fall(_without_transfers(worths, told))
        return ResultView(
            account_id=account.id,
            name=books.name,
            kind=account.kind,
            currency=account.currency,
            begun_at=books.begun_at,
            ended_at=account.ended_at,
            as_of=books.as_of,
            days=len(worths),
            start=told.start,
            transfers=told.transfers,
            end=told.end,
            profit=told.profit,
            realized=told.realized,
            unrealized=told.unrealized,
            dividends=told.dividends,
            interest=told.interest,
            borrow=told.borrow,
            fees=told.fees,
            corrections=told.corrections,
            cash=told.cash,
            orders=asked.orders,
            over=asked.over,
            filled_share=asked.filled_share,
            trading=_trading(
                account.id, account.id, together(part for group, part in sums.items() if group.account_id == account.id)
            ),
            fall=fall[0] if fall else None,
            fall_share=fall[1] if fall else None,
        )

    def _begun(self, account: Account) -> datetime | None:
        """Where its books begin: with a sample that is before it was connected."""
        sample = sample_of(self.engine, account.id)
        if sample is not None:
            return sample.since
        return account.begun_at or self.engine.store.books.entry_at(f"opening:{account.id}")

    def _kept(self, account: Account) -> Decimal | None:
        """What it held was worth this when it was ended; None = nobody wrote that down."""
        value = self.engine.store.settings.get(f"{KEPT}{account.id}").get("value")
        cash = self.engine.store.books.balance(account.id, "cash", account.currency)
        return Decimal(value) - cash if value else None

    def _symbols(self, instrument_ids: set[str]) -> dict[str, str]:
        names = self.engine.store.catalogue

        def look() -> dict[str, str]:
            return {i: known.symbol for i in instrument_ids if (known := names.get(i)) is not None}

        return self.engine.thread.ask(look)


def _without_transfers(worths: Sequence[Worth], told: Result) -> list[Decimal]:
    now = [] if told.end is None else [told.end - told.transfers]
    return [worth.equity - worth.transfers for worth in worths] + now


def _grouped(
    mine: Mapping[Group, Costs], key: Callable[[Group], str], names: Mapping[str, str]
) -> tuple[TradingView, ...]:
    groups: dict[str, list[Costs]] = {}
    for group, part in mine.items():
        groups.setdefault(key(group), []).append(part)
    views = [_trading(names.get(one, one) or ELSEWHERE, one, together(parts)) for one, parts in groups.items()]
    return tuple(sorted(views, key=lambda view: (-view.traded, view.name)))


def _trading(name: str, key: str, sums: Costs) -> TradingView:
    return TradingView(
        name=name,
        key=key,
        fills=sums.fills,
        traded=sums.value,
        fees=sums.fees,
        far_touch=_cost(sums.far_touch, sums.fills),
        mid=_cost(sums.mid, sums.fills),
        arrival=_cost(sums.arrival, sums.fills),
    )


def _cost(cost: Cost, fills: int) -> CostView:
    return CostView(money=cost.money if cost.fills else None, bps=cost.bps, left_out=fills - cost.fills)


def _row(one: Traded, symbols: Mapping[str, str]) -> tuple[Any, ...]:
    fill, cost = one.fill, costs(one.fill, one.arrival, one.multiplier)
    return (
        one.seq,
        fill.at,
        one.order_id,
        one.symbol or symbols.get(fill.instrument_id, fill.instrument_id),
        fill.side.value,
        one.type or ELSEWHERE,
        fill.quantity,
        fill.price,
        fill.fee,
        fill.bid,
        fill.ask,
        one.arrival,
        *(part.money if part.fills else None for part in (cost.far_touch, cost.mid, cost.arrival)),
    )
