"""Runs made of memory, for page tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from core.channel.facets.statements import CostView, ResultView, StatementView, TradingView
from core.domain.errors import BadInput

if TYPE_CHECKING:
    from tests.fakes.desk import World

BEGUN = datetime(2026, 11, 2, 14, 30, tzinfo=UTC)
FILL_COLUMNS = pa.schema(
    [
        ("seq", pa.int64()),
        ("at", pa.timestamp("us", tz="UTC")),
        *((name, pa.string()) for name in ("order_id", "symbol", "side", "type")),
        *((name, pa.decimal128(38, 9)) for name in ("quantity", "price", "fee", "bid", "ask", "arrival")),
        *((name, pa.decimal128(38, 9)) for name in ("far_touch_cost", "mid_cost", "arrival_cost")),
    ]
)


def cost(money: str | None, bps: str | None = None, left_out: int = 0) -> CostView:
    """Against one price."""
    return CostView(
        money=None if money is None else Decimal(money), bps=None if bps is None else Decimal(bps), left_out=left_out
    )


def trading(name: str = "", key: str = "", **changes: Any) -> TradingView:
    """Some fills."""
    view = TradingView(
        name=name,
        key=key,
        fills=12,
        traded=Decimal("48210.55"),
        fees=Decimal("3.12"),
        far_touch=cost("-4.10", "-0.85"),
        mid=cost("18.40", "3.82"),
        arrival=cost("31.75", "6.59", 2),
    )
    return replace(view, **changes)


def run_result(account_id: str, **changes: Any) -> ResultView:
    """One that earned a little."""
    view = ResultView(
        account_id=account_id,
        name="Practice account",
        kind="margin",
        currency="USD",
        begun_at=BEGUN,
        ended_at=None,
        as_of=BEGUN + timedelta(days=18),
        days=14,
        start=Decimal(100_000),
        transfers=Decimal("-1500"),
        end=Decimal("99412.30"),
        profit=Decimal("912.30"),
        realized=Decimal("640.00"),
        unrealized=Decimal("251.30"),
        dividends=Decimal("48.00"),
        interest=Decimal("-12.00"),
        borrow=Decimal("-3.00"),
        fees=Decimal("-12.00"),
        corrections=Decimal(0),
        cash=Decimal("52118.40"),
        orders=9,
        over=8,
        filled_share=Decimal("0.875"),
        trading=trading(),
        fall=Decimal("1840.00"),
        fall_share=Decimal("0.0182"),
    )
    return replace(view, **changes)


def fill(seq: int, **changes: Any) -> dict[str, Any]:
    """A row of the table."""
    row: dict[str, Any] = {
        "seq": seq,
        "at": BEGUN + timedelta(minutes=seq),
        "order_id": f"20261102-{seq:06d}",
        "symbol": "NVDA",
        "side": "buy",
        "type": "market",
        "quantity": Decimal(40),
        "price": Decimal("182.50"),
        "fee": Decimal(0),
        "bid": Decimal("182.46"),
        "ask": Decimal("182.48"),
        "arrival": Decimal("182.44"),
        "far_touch_cost": Decimal("0.80"),
        "mid_cost": Decimal("1.20"),
        "arrival_cost": Decimal("2.40"),
    }
    return row | changes


class FakeStatements:
    """Over a world's runs and fills."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.asked: list[tuple[int, int]] = []  # before and limit of each page of fills

    def all(self) -> tuple[ResultView, ...]:
        self.world.answer()
        if self.world.counting:
            raise BadInput(self.world.counting)
        return self.world.results

    def of(self, account_id: str) -> StatementView:
        one = next(run for run in self.all() if run.account_id == account_id)
        return StatementView(
            run=one,
            by_symbol=(
                trading("NVDA", "i-NVDA"),
                trading("KO", "i-KO", fills=1, mid=cost(None), far_touch=cost(None), arrival=cost(None)),
            ),
            by_type=(trading("market", "market"), trading("limit", "limit", mid=cost("-2.50", "-1.10"))),
            by_side=(trading("buy", "buy"), trading("sell", "sell")),
            note="INVENTED PRICES",
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
        self.world.answer()
        self.asked.append((before, limit))
        rows = [
            row
            for row in sorted(self.world.traded, key=lambda row: -row["seq"])
            if (not before or row["seq"] < before)
            and instrument_id in ("", f"i-{row['symbol']}")
            and order_type in ("", row["type"])
            and side in ("", row["side"])
        ]
        return pa.Table.from_pylist(rows[:limit], schema=FILL_COLUMNS)
