"""The workspace itself, its connections and accounts, and equity marks for day loss and drawdown."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import Engine
from sqlmodel import Session, select

from core.domain.account import Account, AccountKind, Regime, RegimeSpan, TaxKind
from core.domain.workspace import Workspace, WorkspaceKind
from core.store.rows import AccountRow, ConnectionRow, MarkRow, RegimeRow, WorkspaceRow
from core.store.unit import Unit

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_AWAY: Final = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An account's equity when a session began."""

    account_id: str
    day: date
    equity: Decimal
    peak: Decimal
    transfers: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A connection as it is kept: which broker, its settings, and whom it was pinned to."""

    name: str
    broker: str
    settings: str
    number: str | None = None
    host: str | None = None
    kind: str | None = None


class Accounts:
    """Few rows, all in memory."""

    def __init__(self, engine: Engine, unit: Unit) -> None:
        self._engine = engine
        self._unit = unit
        self._accounts: dict[str, Account] = {}
        self._cursors: dict[str, datetime | None] = {}
        self._marks: dict[str, Mark] = {}
        self._connections: dict[str, Kept] = {}
        with Session(engine) as session:
            spans: dict[str, list[RegimeSpan]] = {}
            for regime in session.exec(select(RegimeRow)):
                span = RegimeSpan(regime=Regime(regime.regime), valid_from=regime.valid_from)
                spans.setdefault(regime.account_id, []).append(span)
            for row in session.exec(select(AccountRow)):
                self._accounts[row.id] = _account(row, tuple(spans.get(row.id, ())))
                self._cursors[row.id] = row.cursor
            for kept in session.exec(select(ConnectionRow)):
                self._connections[kept.name] = Kept(
                    name=kept.name,
                    broker=kept.broker,
                    settings=kept.settings,
                    number=kept.pinned_number,
                    host=kept.pinned_host,
                    kind=kept.pinned_kind,
                )
            for mark in session.exec(select(MarkRow).order_by(MarkRow.day)):  # type: ignore[arg-type]
                self._marks[mark.account_id] = Mark(
                    account_id=mark.account_id,
                    day=mark.day,
                    equity=mark.equity,
                    peak=mark.peak,
                    transfers=mark.transfers,
                )

    def workspace(self) -> Workspace | None:
        with Session(self._engine) as session:
            row = session.exec(select(WorkspaceRow)).first()
        if row is None:
            return None
        return Workspace(
            id=row.id, name=row.name, kind=WorkspaceKind(row.kind), machine=row.machine, currency=row.currency
        )

    def move_to(self, machine: str) -> None:
        """It belongs to another machine from now on."""
        with Session(self._engine) as session:
            row = session.exec(select(WorkspaceRow)).one()
            row.machine = machine
            session.add(row)
            session.flush()

    def found(self, workspace: Workspace, at: datetime) -> None:
        """The workspace's first and only row."""
        self._write(
            WorkspaceRow(
                id=workspace.id,
                name=workspace.name,
                kind=workspace.kind,
                machine=workspace.machine,
                currency=workspace.currency,
                created_at=at,
            )
        )

    def connections(self) -> tuple[Kept, ...]:
        return tuple(self._connections.values())

    def connection(self, name: str) -> Kept:
        return self._connections[name]

    def connect(self, kept: Kept) -> None:
        """Keep a connection, or what it was pinned to."""
        self._write(
            ConnectionRow(
                name=kept.name,
                broker=kept.broker,
                settings=kept.settings,
                pinned_number=kept.number,
                pinned_host=kept.host,
                pinned_kind=kept.kind,
            )
        )
        self._unit.keep(self._connections, kept.name, kept)

    def all(self) -> tuple[Account, ...]:
        """Those in use."""
        return tuple(account for account in self._accounts.values() if account.ended_at is None)

    def every(self) -> tuple[Account, ...]:
        """Those that have ended too, in the order they were begun."""
        return tuple(sorted(self._accounts.values(), key=lambda a: (a.begun_at or _LONG_AGO, a.ended_at or _FAR_AWAY)))

    def get(self, account_id: str) -> Account | None:
        return self._accounts.get(account_id)

    def add(self, account: Account) -> None:
        self._write(self._row(account, cursor=None))
        for span in account.regimes:
            self._write(RegimeRow(account_id=account.id, valid_from=span.valid_from, regime=span.regime))
        self._unit.keep(self._accounts, account.id, account)
        self._unit.keep(self._cursors, account.id, None)

    def end(self, account_id: str, at: datetime) -> None:
        """Nothing more happens in it; what did stays."""
        ended = replace(self._accounts[account_id], ended_at=at)
        self._write(self._row(ended, cursor=self._cursors[account_id]))
        self._unit.keep(self._accounts, account_id, ended)

    def cursor(self, account_id: str) -> datetime | None:
        """Executions up to here were read and booked."""
        return self._cursors[account_id]

    def move_cursor(self, account_id: str, at: datetime) -> None:
        if self._cursors[account_id] == at:
            return
        self._write(self._row(self._accounts[account_id], cursor=at))
        self._unit.keep(self._cursors, account_id, at)

    def mark(self, account_id: str) -> Mark | None:
        """The newest one."""
        return self._marks.get(account_id)

    def set_mark(self, mark: Mark) -> None:
        self._write(
            MarkRow(
                account_id=mark.account_id,
                day=mark.day,
                equity=mark.equity,
                peak=mark.peak,
                transfers=mark.transfers,
            )
        )
        self._unit.keep(self._marks, mark.account_id, mark)

    def _write(self, row: WorkspaceRow | ConnectionRow | AccountRow | RegimeRow | MarkRow) -> None:
        with Session(self._engine) as session:
            session.merge(row)
            session.flush()

    def _row(self, account: Account, *, cursor: datetime | None) -> AccountRow:
        return AccountRow(
            id=account.id,
            connection=account.connection,
            broker=account.broker,
            number=account.number,
            name=account.name,
            kind=account.kind,
            tax_kind=account.tax_kind,
            currency=account.currency,
            cursor=cursor,
            begun_at=account.begun_at,
            ended_at=account.ended_at,
        )


def _account(row: AccountRow, regimes: tuple[RegimeSpan, ...]) -> Account:
    return Account(
        id=row.id,
        connection=row.connection,
        broker=row.broker,
        number=row.number,
        name=row.name,
        kind=AccountKind(row.kind),
        tax_kind=TaxKind(row.tax_kind),
        regimes=regimes,
        currency=row.currency,
        begun_at=row.begun_at,
        ended_at=row.ended_at,
    )
