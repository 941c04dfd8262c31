"""Questions and orders from a second terminal, while the desk runs: with its window open, hung or gone."""

import threading
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyarrow as pa

from core.channel import prompt
from core.channel.client import connect
from core.channel.home import Home, WorkspaceFolder
from core.channel.terminal import complain, say
from core.clock import stopwatch
from core.domain.errors import BadInput, DeskError, DeskUnreachable, Locked
from core.system import FileLock

OK: Final = 0
REFUSED: Final = 1
UNREACHABLE: Final = 3
_ANSWER_SECONDS: Final = 2.0  # an engine that takes longer to stop trading gets the stop file
_CANCEL_SECONDS: Final = 10.0  # for the broker to show that nothing is left
_DOCTOR_SECONDS: Final = 600.0  # every page and every row of a database that may have grown for years
_LOOK_AGAIN: Final = 0.1
_BY_HAND: Final = "asked at the command line"
_ORDERS: Final = ("id", "words", "symbol", "side", "type", "quantity", "filled", "limit", "stop", "certainty")
_POSITIONS: Final = ("symbol", "name", "quantity", "cost", "last", "value", "unrealised", "certainty", "frozen")


def run(command: str, order_id: str, home: Path, workspace: str) -> int:
    """Do one thing and say how it went: 0 done, 1 refused, 3 no engine answered."""
    where = Home(home.expanduser().absolute())
    try:
        if command == "stop-trading":
            return _stop_trading(_these(where, workspace))
        if command in _LOOKS:
            return max(_look(command, folder) for folder in _these(where, workspace))
        folder = _one(where, workspace)
        if command in _DOOR:
            _DOOR[command](folder)
            return OK
        return _unlocked(folder, lambda ticket: _ACTS[command](folder, order_id, ticket))
    except DeskUnreachable as error:
        complain(str(error))
        return UNREACHABLE
    except DeskError as error:
        complain(str(error))
        return REFUSED


def _these(where: Home, workspace: str) -> Sequence[WorkspaceFolder]:
    """The one that was named, or all there are."""
    found = (where.find(workspace),) if workspace else where.workspaces()
    if not found:
        raise BadInput(
            f"There is no workspace in {where.path}. Nothing was done. Start the desk first: python3 start.py"
        )
    return found


def _one(where: Home, workspace: str) -> WorkspaceFolder:
    """The one that was named, or the only one."""
    found = _these(where, workspace)
    if len(found) > 1:
        names = ", ".join(folder.name for folder in found)
        raise BadInput(f"There are several workspaces: {names}. Nothing was done. Say which one with --workspace.")
    return found[0]


def _unlocked(folder: WorkspaceFolder, act: Callable[[str], int]) -> int:
    """A locked desk did nothing: whoever sits here types the passphrase, and it is asked again."""
    try:
        return act("")
    except Locked:
        return act(prompt.ticket_for(folder))


def _look(command: str, folder: WorkspaceFolder) -> int:
    try:
        return _unlocked(folder, lambda ticket: _LOOKS[command](folder, ticket))
    except DeskUnreachable as error:
        complain(str(error))
        return UNREACHABLE


def _status(folder: WorkspaceFolder, _: str) -> int:
    now = connect(folder).health.state()
    say(
        f"{now.workspace}  {now.kind}  engine {now.engine_pid}, up since {now.started_at.astimezone():%Y-%m-%d %H:%M:%S}"
    )
    rows = [("Trading", now.level.replace("_", " ") + (f": {now.level_reason}" if now.level_reason else ""))]
    rows += [("Market", now.market_words), ("Prices", now.feed_note), ("Next job", now.next_job)]
    rows += [("Open orders", f"{now.open_orders}, of them not confirmed by the broker {now.in_doubt}")]
    rows += [(line.name, f"{line.state}{': ' + line.reason if line.reason else ''}") for line in now.connections]
    rows += [("Read only", now.read_only)] if now.read_only else []
    rows += [(notice.weight.upper(), f"{notice.title} {notice.detail}".strip()) for notice in now.notices]
    _print(rows)
    return OK


def _positions(folder: WorkspaceFolder, ticket: str) -> int:
    desk = connect(folder, ticket=ticket)
    accounts = desk.positions.accounts()
    say(f"{folder.name}  {folder.kind}")
    for account in accounts:
        money = [("Value", account.value), ("Cash", account.cash), ("Buying power", account.buying_power)]
        say(f"{account.name}: " + ", ".join(f"{what} {_money(much)} {account.currency}" for what, much in money))
        _table(desk.positions.table(account.account_id), _POSITIONS, "No positions.")
    return OK


def _orders(folder: WorkspaceFolder, ticket: str) -> int:
    table = connect(folder, ticket=ticket).orders.table("open")
    say(f"{folder.name}  {folder.kind}")
    _table(table, _ORDERS, "No open orders.")
    return OK


def _doctor(folder: WorkspaceFolder, _: str) -> int:
    findings = connect(folder, timeout=_DOCTOR_SECONDS).health.doctor()
    say(f"{folder.name}  {folder.kind}")
    _print([("ok" if finding.ok else "BAD", finding.check, finding.words) for finding in findings])
    return OK if all(finding.ok for finding in findings) else REFUSED


def _cancel(folder: WorkspaceFolder, order_id: str, ticket: str) -> int:
    order = connect(folder, ticket=ticket).orders.cancel(order_id)
    say(f"{order.id}  {order.side} {_plain(order.quantity)} {order.symbol}: {order.words}. {order.reason}".rstrip())
    return OK


def _cancel_all(folder: WorkspaceFolder, _: str, ticket: str) -> int:
    orders = connect(folder, ticket=ticket).orders.cancel_all()
    if not orders:
        say("No open orders.")
    _print([(order.id, order.symbol, order.words, order.reason) for order in orders])
    return OK


def _resume(folder: WorkspaceFolder, _: str, ticket: str) -> int:
    desk = connect(folder, ticket=ticket)
    if desk.lock.state(ticket).locked:
        raise Locked("The desk is locked. Trading was not resumed, and the stop file was left where it is.")
    folder.stop_file.unlink(missing_ok=True)
    desk.trading.resume(_BY_HAND)
    say(f"{folder.name}: trading is active again.")
    return OK


def _stop_trading(folders: Sequence[WorkspaceFolder]) -> int:
    """All of them at once: a slow one holds up no other."""
    outcomes = dict.fromkeys(folders, UNREACHABLE)  # until it is known better

    def stop(folder: WorkspaceFolder) -> None:
        outcomes[folder] = _stop(folder)

    threads = [threading.Thread(target=stop, args=(folder,)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(outcomes.values())


def _stop(folder: WorkspaceFolder) -> int:
    desk = connect(folder, timeout=_ANSWER_SECONDS)
    try:
        report = desk.trading.stop(_BY_HAND)
        until = stopwatch() + _CANCEL_SECONDS
        while not report.finished and stopwatch() < until:
            time.sleep(_LOOK_AGAIN)
            report = desk.trading.report()
    except DeskUnreachable as error:
        return _leave_word(folder, error)
    except DeskError as error:
        complain(f"{folder.name}: {error}")
        return REFUSED
    say(f"{folder.name}: {report.words}")
    for what, ids in (("not confirmed by the broker", report.in_doubt), ("still open", report.still_open)):
        if ids:
            say(f"  {what}: {', '.join(ids)}")
    return OK if report.finished else REFUSED


def _leave_word(folder: WorkspaceFolder, error: DeskUnreachable) -> int:
    """The engine looks for this file each second, and before anything it sends."""
    try:
        folder.stop_file.touch(mode=0o600)  # empty: there is room for that on a full disk
    except OSError as failure:
        complain(
            f"{folder.name}: {error}\nNor can {folder.stop_file} be made: {failure.strerror}. "
            "Trading was not stopped: cancel at the broker, and end the desk where it was started."
        )
        return UNREACHABLE
    runs = FileLock(folder.lock).holder() is not None or FileLock(folder.supervisor_lock).holder() is not None
    when = "stops within a second of reading it" if runs else "comes up stopped when it is started"
    complain(
        f"{folder.name}: {error}\nSo the file {folder.stop_file} was made: the engine {when}. Look with: start.py status"
    )
    return UNREACHABLE if runs else OK


def _table(table: pa.Table, columns: Sequence[str], empty: str) -> None:
    rows = table.to_pylist()
    if not rows:
        say(empty)
        return
    _print([[name.replace("_", " ") for name in columns], *([_plain(row[name]) for name in columns] for row in rows)])


def _print(rows: Sequence[Sequence[str]]) -> None:
    """Aligned columns, two blanks apart."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _plain(value: object) -> str:
    if value is None:
        return "-"
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _money(value: Decimal | None) -> str:
    return "not known" if value is None else f"{value:,.2f}"


_LOOKS: Final[dict[str, Callable[[WorkspaceFolder, str], int]]] = {
    "status": _status,
    "positions": _positions,
    "orders": _orders,
    "doctor": _doctor,
}
_ACTS: Final[dict[str, Callable[[WorkspaceFolder, str, str], int]]] = {
    "cancel": _cancel,
    "cancel-all": _cancel_all,
    "resume": _resume,
}
_DOOR: Final[dict[str, Callable[[WorkspaceFolder], None]]] = {
    "unlock": prompt.unlock,
    "lock": prompt.lock,
    "passphrase": prompt.passphrase,
}
