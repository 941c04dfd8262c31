"""Runs of a practice workspace, as the engine answers for them: which there were, and how another is begun."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from threading import Lock
from typing import Final, TypeVar

import msgspec

from core.brokers.practice import PracticeBroker
from core.brokers.practice.line import PracticeLine
from core.brokers.practice.sample import span
from core.channel.facets.runs import RunView
from core.clock import stopwatch
from core.domain.account import Account
from core.domain.chosen import Script
from core.domain.errors import BadInput, OrderRefused, StoreError
from core.domain.money import rounded
from core.domain.order import IN_DOUBT
from core.domain.sample import Sample
from core.domain.workspace import WorkspaceKind
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.plug import forget
from core.engine.terms import read, views
from core.engine.timekeeping import keep_time
from core.engine.words import run_name
from core.market.timeline import PAUSED
from core.risk.trading_state import instrument_scope

Answer = TypeVar("Answer")
PATIENCE: Final = 15.0  # seconds for cancels to be seen, and for the last reading
_LOOK_AGAIN: Final = 0.05
_KEPT: Final = "run:"


@dataclass(slots=True)
class RunsFacet:
    """Refused in any other kind of workspace."""

    engine: Engine
    broker: PracticeBroker  # of the run in use
    pause: Callable[[float], object] = time.sleep
    _one_at_a_time: Lock = field(default_factory=Lock)
    _closing: bool = False  # nothing new is sent

    def __post_init__(self) -> None:
        self.engine.desk.before_send.append(self._hold)

    def all(self) -> tuple[RunView, ...]:
        return self.engine.thread.ask(self._all)

    def begin(self, terms: Mapping[str, str], other_market: bool, request: str, sample: bool = False) -> None:
        if not request.strip():
            raise BadInput("No run was begun: the request carries no mark of its own. Open the sheet again.")
        with self._one_at_a_time:
            if self._do(lambda: self._made(request)):
                return
            wanted = replace(read(self.broker, terms), sample=self._sample() if sample else None)
            line = self._line()
            self._do(lambda: self._may_end(line))
            try:
                self._do(self._cancel)
                self._wait(lambda: not self._open(), "its open orders are not all cancelled yet")
                since = self._do(self._ask_once_more)
                self._wait(lambda: self._compared(since), "the practice exchange did not answer")
                self._do(lambda: self._exchange_accounts(line, wanted, other_market, request))
            except BaseException:
                self._closing = False
                raise

    # looking ---------------------------------------------------------------------------------------------------------

    def _all(self) -> tuple[RunView, ...]:
        every = self.engine.store.accounts.every()
        return tuple(self._view(account, number) for number, account in enumerate(every, 1))

    def _view(self, account: Account, number: int) -> RunView:
        kept = self.engine.store.settings.get(f"{_KEPT}{account.id}")
        broker = msgspec.json.decode(kept["settings"], type=PracticeBroker) if "settings" in kept else self.broker
        if account.ended_at is None:
            value = self._worth(account.id)
        else:
            value = Decimal(kept["value"]) if kept.get("value") else None
        return RunView(
            account_id=account.id,
            name=run_name(account, number),
            begun_at=account.begun_at,
            ended_at=account.ended_at,
            seed=broker.seed,
            terms=views(broker),
            starting_cash=broker.starting_cash,
            added=self.engine.desk.pictures.transfers(account.id, account.currency),
            value=value,
            currency=account.currency,
        )

    def _worth(self, account_id: str) -> Decimal | None:
        equity = self.engine.desk.pictures.worth(account_id).equity
        return None if equity is None else rounded(equity)

    # starting again --------------------------------------------------------------------------------------------------

    def _made(self, request: str) -> bool:
        """Whether this request has begun a run already."""
        runs: Mapping[str, Mapping[str, str]] = self.engine.store.settings.starting(_KEPT)
        return any(kept.get("request") == request for kept in runs.values())

    def _may_end(self, line: PracticeLine) -> None:
        """From here on nothing new is sent, or one sentence why the run goes on."""
        engine, store = self.engine, self.engine.store
        if store.database.read_only:
            raise StoreError(store.database.read_only)
        if len(store.accounts.all()) != 1:
            raise _goes_on("it has not been connected to its exchange yet. Wait a moment, then start again")
        orders = store.orders.open()
        if doubtful := [order for order in orders if order.status in IN_DOUBT]:
            raise _goes_on(f"order {doubtful[0].id} ({doubtful[0].symbol}) is not confirmed. Wait until it is found")
        if line.faults():
            raise _goes_on("something goes wrong on purpose, so the exchange cannot be asked. Switch the faults off")
        if not all(connection.up for connection in engine.desk.connections):
            raise _goes_on("the practice exchange does not answer. Wait until it does")
        if orders and engine.timeline.own_time and engine.timeline.pace == PAUSED:
            raise _goes_on("market time is paused, and a cancel needs a moment of it. Set it to 1×, then start again")
        self._closing = True

    def _cancel(self) -> None:
        self.engine.brake.cancel_risk("person", also_protective=True)

    def _open(self) -> bool:
        return bool(self.engine.store.orders.open())

    def _ask_once_more(self) -> datetime:
        """So that every fill is in the books before they are closed."""
        self.engine.desk.wants_reading.update(account.id for account in self.engine.store.accounts.all())
        return self.engine.clock.now()

    def _compared(self, since: datetime) -> bool:
        wanted = self.engine.desk.wants_reading
        return all(
            account_id not in wanted
            and account_id not in connection.reading
            and connection.compared_at.get(account_id, since) > since
            for connection in self.engine.desk.connections
            for account_id in connection.account_ids
        )

    def _exchange_accounts(self, line: PracticeLine, wanted: PracticeBroker, other_market: bool, request: str) -> None:
        """In one commit: the old account ends, and the connection leads to an exchange that is yet to be made."""
        engine, store = self.engine, self.engine.store
        (old,) = store.accounts.all()
        if self._open():
            raise _goes_on("an order came in between. Look at the Orders page, then start again")
        number = len(store.accounts.every())
        new = replace(
            wanted,
            account=self._free_name(number + 1),
            seed=secrets.randbelow(1_000_000) if other_market else wanted.seed,
            days=() if other_market else _lasting(line, self.engine.timeline.now()),
        )
        anchor, value = engine.timeline.anchor(), self._worth(old.id)
        kept = {"settings": msgspec.json.encode(self.broker).decode(), "value": "" if value is None else f"{value:f}"}
        worth = "an unknown value" if value is None else f"{value:,.2f} {old.currency}"
        with store.unit:
            store.accounts.end(old.id, anchor.at)
            connection = store.accounts.connection(old.connection)
            settings = msgspec.json.encode(new).decode()
            store.accounts.connect(replace(connection, settings=settings, number=None, host=None, kind=None))
            before = store.settings.get(f"{_KEPT}{old.id}")
            store.settings.set(f"{_KEPT}{old.id}", before | kept)
            store.settings.set(f"{_KEPT}{new.account}", {"request": request})
            self._carry_over(old.id, new.account)
            forget(store.settings)
            keep_time(store.settings, anchor)
            title = (
                f"Run {number} ended at {worth}; run {number + 1} begins with {new.starting_cash:,.2f} {old.currency}"
                f"{' and a sample of two months' if new.sample else ''}"
            )
            store.journal.write("practice.run", title, {"ended": old.id, "value": value, "terms": new}, who="person")
        engine.again = True  # here, and not where the answer is waited for: it may be given up
        engine.ending.set()

    def _free_name(self, number: int) -> str:
        """A restored workspace may lie beside exchanges it knows nothing of."""
        name = f"practice-{number}"
        known = {account.id for account in self.engine.store.accounts.every()}
        if name in known or PracticeBroker(account=name).file_in(self.engine.folder.path).exists():
            return self._free_name(number + 1)
        return name

    def _carry_over(self, old: str, new: str) -> None:
        """Limits that were set for the account stay the person's wish; what was restricted in it is over."""
        settings = self.engine.store.settings
        for (scope, check, setting), value in settings.limits().items():
            if scope == old:
                settings.set_limit(new, check, setting, value)
        of_old = instrument_scope(old, "")
        levels = [row for row in settings.levels() if row[0] != old and not row[0].startswith(of_old)]
        settings.set_levels(levels)

    # parts -----------------------------------------------------------------------------------------------------------

    def _sample(self) -> Sample:
        return span(self.engine.sessions, self.engine.timeline.now())

    def _hold(self) -> None:
        if self._closing or self.engine.again:
            raise OrderRefused("This run is being ended. Nothing was sent: place the order in the next one.")

    def _wait(self, claim: Callable[[], bool], what: str) -> None:
        until = stopwatch() + PATIENCE
        while not self._do(claim):
            if stopwatch() > until:
                raise _goes_on(f"{what}. Orders that were cancelled stay cancelled; start again in a moment")
            self.pause(_LOOK_AGAIN)

    def _do(self, act: Callable[[], Answer]) -> Answer:
        return self.engine.thread.ask(act, Urgency.COMMAND)

    def _line(self) -> PracticeLine:
        if self.engine.workspace.kind is not WorkspaceKind.PRACTICE:
            raise BadInput(f"{self.engine.workspace.name} is no practice workspace. No run was begun.")
        for line in self.engine.lines:
            if isinstance(line, PracticeLine):
                return line
        raise BadInput(
            "No run was begun: the practice exchange runs in another process and keeps its own account. "
            "Use a workspace whose exchange is its own."
        )


def _lasting(line: PracticeLine, now: datetime) -> Script:
    """The chosen days; what a bad day had still to come ends with it."""
    bad_day = line.bad_day()
    to_come = bad_day.script(after=now) if bad_day else ()
    return tuple(chosen for chosen in line.market.script if chosen not in to_come)


def _goes_on(why: str) -> BadInput:
    return BadInput(f"No run was begun, and this one goes on: {why}.")
