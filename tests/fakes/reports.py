"""Daily reports of memory, for page tests."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from core.channel.facets.reports import DayAccount, DayFill, DayNeed, DayOrder, DayReport
from core.domain.order import Side

if TYPE_CHECKING:
    from tests.fakes.desk import World

NOW = datetime(2026, 11, 20, 19, 32, 7, tzinfo=UTC)


@dataclass
class FakeReports:
    world: "World"
    kept: tuple[date, ...] = (date(2026, 11, 19), date(2026, 11, 18))

    def days(self) -> tuple[date, ...]:
        self.world.answer()
        return self.kept

    def of(self, day: date | None = None) -> DayReport:
        self.world.answer()
        fills = tuple(
            DayFill(
                at=NOW,
                account_id=account,
                symbol="NVDA",
                side=Side.BUY,
                quantity=Decimal(40),
                price=Decimal("182.50"),
                value=Decimal(7300),
                fee=Decimal("0.04"),
                mid_cost=cost,
                mid_bps=None if cost is None else Decimal("2.7"),
            )
            for account in self.world.accounts
            for cost in (Decimal("2.00"), None)
        )
        accounts = tuple(
            DayAccount(
                account_id=account,
                name=f"Account {account}",
                currency="USD",
                value=Decimal("148293.35"),
                change=Decimal("-38.25"),
                share=Decimal("-0.000258"),
                cash=Decimal("52118.40"),
                buying_power=Decimal("52118.40"),
                limits=self.world.used_limits,
            )
            for account in self.world.accounts
        )
        order = DayOrder(
            id="20261120-000101",
            account_id=self.world.accounts[0],
            words="Buy 40 <b>NVDA</b>",
            state="Working",
            filled=Decimal(0),
            limit=Decimal("182.50"),
            stop=None,
        )
        return DayReport(
            day=day or NOW.date(),
            workspace="practice",
            kind=self.world.kind,
            made_at=NOW,
            as_of=NOW,
            accounts=accounts,
            fills=fills if self.world.held else (),
            more_fills=False,
            orders=(order,) if self.world.held else (),
            needs=tuple(DayNeed(weight=n.weight, title=n.title, detail=n.detail) for n in self.world.notices),
            trading="Trading is allowed",
            note="INVENTED PRICES",
        )
