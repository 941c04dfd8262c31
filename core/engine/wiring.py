"""The only file that joins concrete parts; brokers come by name."""

import logging
import os
import secrets
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from core.brokers.base import Surroundings
from core.brokers.practice import PracticeBroker
from core.brokers.practice.line import PracticeLine
from core.brokers.practice.remote import RemoteLine
from core.channel.home import WorkspaceFolder
from core.clock import Clock, SystemClock
from core.costs.fees import SaleFees
from core.domain.errors import BadInput, DeskError, LedgerUnbalanced
from core.domain.fill import Report
from core.domain.instrument import Instrument
from core.domain.order import Order
from core.domain.workspace import Workspace, WorkspaceKind
from core.engine import backups, chosen, claiming, unattended
from core.engine.alert_watch import AlertWatch
from core.engine.background import Background
from core.engine.crash_day.session import CrashDaySession, stand_again
from core.engine.desk_thread import DeskThread, describe
from core.engine.engine import Engine
from core.engine.evidence import Evidence
from core.engine.facets.alerts import AlertsFacet
from core.engine.facets.backups import BackupsFacet
from core.engine.facets.charts import ChartsFacet
from core.engine.facets.connections import ConnectionsFacet
from core.engine.facets.crash_day import CrashDayFacet
from core.engine.facets.health import HealthFacet
from core.engine.facets.jobs import JobsFacet
from core.engine.facets.journal import JournalFacet
from core.engine.facets.limits import LimitsFacet
from core.engine.facets.live import LiveFacet
from core.engine.facets.lock import LockFacet
from core.engine.facets.market import MarketFacet
from core.engine.facets.notices import NoticesFacet
from core.engine.facets.orders import OrdersFacet
from core.engine.facets.outside import OutsideFacet
from core.engine.facets.performance import PerformanceFacet
from core.engine.facets.positions import PositionsFacet
from core.engine.facets.practice import PracticeFacet
from core.engine.facets.reports import ReportsFacet
from core.engine.facets.runs import RunsFacet
from core.engine.facets.settings import SettingsFacet
from core.engine.facets.statements import StatementsFacet
from core.engine.facets.ticket import TicketFacet
from core.engine.facets.trading import TradingFacet
from core.engine.facets.vault import VaultFacet
from core.engine.facets.watchlists import WatchlistsFacet
from core.engine.facets.welcome import WelcomeFacet
from core.engine.first_steps import FirstSteps
from core.engine.jobs.day_roll import roll
from core.engine.listing import relist
from core.engine.notifying import Notifying
from core.engine.paper import check, paper_market
from core.engine.quotes import FeedPrices
from core.engine.rehearsals import Rehearsals
from core.engine.sample import begin_books
from core.engine.timekeeping import keep_time, kept_time
from core.engine.unwatched import say_so
from core.engine.usual import UsualDays
from core.engine.vault_copy import tell_if_gone
from core.engine.vault_keys import VaultKeys
from core.engine.watch import Watch
from core.execution.connection import Connection
from core.execution.errand import AccountReading
from core.execution.estimate import Estimator
from core.execution.parts import assemble
from core.execution.review import Reviews
from core.execution.wire import ThreadWire
from core.market.feeds.base import Feed
from core.market.feeds.invented import InventedFeed
from core.market.lookout import Lookout
from core.market.sessions import Sessions
from core.store.accounts import Kept
from core.store.archive import Archive
from core.store.database import Database
from core.store.settings import Settings
from core.store.store import Store
from core.system import this_machine
from core.vault.cipher import Cost
from core.vault.door import Door
from core.vault.witness import Witness

PRACTICE: Final = "practice"
_KEEP_TIME_EVERY: Final = timedelta(seconds=5)
_SAY_AGAIN: Final = timedelta(minutes=1)
_log: Final = logging.getLogger(__name__)


class EngineDesk:
    """The desk as the channel serves it."""

    def __init__(
        self,
        engine: Engine,
        background: Background,
        broker: PracticeBroker,
        crash_day: CrashDaySession,
        notifying: Notifying,
    ) -> None:
        self.health = HealthFacet(engine, background)
        self.orders = OrdersFacet(engine, crash_day)
        self.positions = PositionsFacet(engine)
        self.performance = PerformanceFacet(engine)
        self.market = MarketFacet(engine)
        self.ticket = TicketFacet(engine)
        self.trading = TradingFacet(engine)
        self.limits = LimitsFacet(engine)
        self.journal = JournalFacet(engine)
        self.jobs = JobsFacet(engine, background)
        self.lock = LockFacet(engine)
        self.vault = VaultFacet(engine)
        self.practice = PracticeFacet(engine, broker.seed, broker.starting_cash)
        self.crash_day = CrashDayFacet(engine, crash_day)
        self.runs = RunsFacet(engine, broker)
        self.statements = StatementsFacet(engine)
        self.notices = NoticesFacet(engine, notifying)
        self.charts = ChartsFacet(engine)
        self.watchlists = WatchlistsFacet(engine)
        self.alerts = AlertsFacet(engine)
        self.live = LiveFacet(engine)
        self.reports = ReportsFacet(engine)
        self.welcome = WelcomeFacet(engine)
        self.outside = OutsideFacet(engine, notifying)
        self.settings = SettingsFacet(engine)
        self.backups = BackupsFacet(engine)
        self.connections = ConnectionsFacet(engine)


def build(folder: WorkspaceFolder, clock: Clock | None = None, cost: Cost | None = None) -> tuple[Engine, EngineDesk]:
    """Open the workspace: database, market time, the line to its broker, desk and threads. Nothing runs yet."""
    clock = clock or SystemClock()
    check(folder)
    with ExitStack() as refused:  # whoever does not get to the end lets go of what was opened
        built = _join(folder, clock, cost, refused)
        refused.pop_all()
    return built


def _join(folder: WorkspaceFolder, clock: Clock, cost: Cost | None, refused: ExitStack) -> tuple[Engine, EngineDesk]:
    database = Database.open(folder.database)
    refused.callback(database.close)
    claiming.hold_if_foreign(database, folder.kind)
    sessions, settings = Sessions(), Settings(database.engine)
    paper = paper_market(folder, settings, clock) if folder.kind is WorkspaceKind.PAPER else None
    timeline = paper.timeline if paper else kept_time(settings, folder.kind, clock, sessions)
    stand_again(timeline, settings, sessions)
    store = Store(database, clock, timeline)
    workspace = _workspace(store, folder, clock)
    kept = _connection(store)
    broker = msgspec.json.decode(kept.settings, type=PracticeBroker)
    surroundings = Surroundings(
        folder=folder.path,
        kind=folder.kind,
        clock=clock,
        market_clock=timeline,
        instrument=lambda instrument_id: _listed(store, instrument_id),
    )
    if paper and not database.read_only:
        paper.keep(store)
    line = broker.line(surroundings, paper.venue if paper else None)
    refused.callback(line.close)
    timeline.not_before(line.market_time())
    line.script()  # a market over here plays the days that are kept over there
    feed: Feed = (
        paper.feed(line.overlay, clock)
        if paper
        else InventedFeed(market=line.market, overlay=line.overlay, clock=clock, market_clock=timeline)
    )
    foreign = claiming.PIN if database.read_only == claiming.FOREIGN else ""
    pin_problem = foreign if database.read_only else _meet(store, kept, broker, line, feed, sessions, timeline.now())

    def answer(news: Report | AccountReading) -> None:
        thread.tell(lambda: engine.hear(news))

    wire = ThreadWire(
        kept.name,
        line,
        clock,
        answer,
        line.heartbeat,
        halted=lambda: engine.brake.stopped or folder.stop_file.exists(),
        trouble=lambda error: thread.tell(lambda: _trouble(engine, error)),
    )
    connection = Connection(
        name=kept.name,
        broker=kept.broker,
        capabilities=broker.capabilities,
        wire=wire,
        account_ids=tuple(account.id for account in store.accounts.all()),
        pin_problem=pin_problem,
    )
    parts = assemble(
        store=store,
        connections=[connection],
        clock=clock,
        market_clock=timeline,
        hours=sessions,
        prices=FeedPrices(feed, sessions, timeline),
        machine=workspace.machine,
        stop_file=folder.stop_file.exists,
    )
    archive = Archive(folder.database)
    usual_days = UsualDays(feed, sessions, timeline)
    door = Door(folder.vault, folder.tries, folder.kind, clock, cost)
    door.sessions.idle = chosen.idle(settings)
    thread = DeskThread(lambda: _tick(engine), lambda error: _trouble(engine, error))
    engine = Engine(
        folder=folder,
        workspace=workspace,
        clock=clock,
        timeline=timeline,
        sessions=sessions,
        feed=feed,
        store=store,
        archive=archive,
        desk=parts.desk,
        brake=parts.brake,
        reconciler=parts.reconciler,
        minder=parts.minder,
        reviews=Reviews(
            parts.desk, Estimator(desk=parts.desk, fees=_fees, feed_note=feed.note, usual=usual_days.known)
        ),
        usual_days=usual_days,
        thread=thread,
        door=door,
        witness=Witness(door.vault, workspace.id),
        evidence=Evidence(store, sessions, parts.desk.alarms),
        rehearsals=Rehearsals(store, sessions),
        watch=Watch(parts.desk),
        alert_watch=AlertWatch(
            store=store,
            lookout=Lookout(feed, sessions),
            market_clock=timeline,
            thread=thread,
            alarms=parts.desk.alarms,
        ),
        first_steps=FirstSteps(store, archive, thread, lambda: engine.waiting or bool(database.read_only)),
        wires=(wire,),
        lines=(line,),
        recorder=paper.recorder if paper else None,
        started_at=clock.now(),
        pid=os.getpid(),
    )
    engine.background = Background(engine)
    crash_day = CrashDaySession(engine)
    engine.ticks += [crash_day.tick, engine.watch.tick]
    engine.notifying = Notifying(engine, VaultKeys(door.vault))
    return engine, EngineDesk(engine, engine.background, broker, crash_day, engine.notifying)


def start(engine: Engine) -> None:
    """Begin; where there is a passphrase that nobody has typed yet, only the brake works until somebody does."""
    works = not engine.store.database.read_only
    if works and engine.door.sealed and engine.folder.by_keyring:
        unattended.open_now(engine)
    engine.waiting = works and engine.door.sealed
    engine.timeline.hold(engine.waiting)
    engine.begin_watching = lambda: _begin_late(engine)
    if engine.waiting:
        say_so(engine)
    if works and not engine.waiting:
        _watch(engine)
    engine.thread.start()
    if engine.waiting and engine.keyring_trouble:
        unattended.go_on_trying(engine)
    if works and not engine.waiting and engine.background is not None:
        engine.background.start()
        engine.alert_watch.start()
    if engine.notifying is not None and not engine.store.database.read_only:
        engine.notifying.start()


def _begin_late(engine: Engine) -> None:
    engine.thread.ask(lambda: _watch(engine))
    if engine.background is not None:
        engine.background.start()
    engine.alert_watch.start()


def _watch(engine: Engine) -> None:
    """What was being sent is in doubt, then the threads run."""
    tell_if_gone(engine)
    backups.say_again(engine)
    engine.desk.wake()
    engine.minder.start()
    for wire, line in zip(engine.wires, engine.lines, strict=True):
        line.listen(lambda report: engine.thread.tell(lambda: engine.hear(report)))
        wire.start()
    engine.timeline.hold(False)
    engine.waiting = False


# parts ---------------------------------------------------------------------------------------------------------------


def _tick(engine: Engine) -> None:
    if engine.store.database.read_only:
        return
    if engine.waiting:
        engine.brake.look_at_file()  # it works locked, too
        return
    try:
        engine.hear_again()  # before anything is decided on what is not known yet
    finally:
        engine.minder.tick()
    for account in engine.store.accounts.all():
        if engine.store.accounts.mark(account.id) is None:
            roll(engine, engine.sessions.day(engine.timeline.now()))
    for tick in engine.ticks:
        tick()
    for line in engine.lines:
        engine.rehearsals.note(line.bad_day(), engine.timeline.now())
    _say_if_not_recorded(engine)
    now = engine.clock.now()
    if engine.last_trouble is not None and now - engine.last_trouble[1] > _SAY_AGAIN:
        engine.last_trouble = None
        engine.desk.alarms.clear("trouble")
    if engine.time_kept_at is None or now - engine.time_kept_at >= _KEEP_TIME_EVERY:
        engine.time_kept_at = now
        with engine.store.unit:
            anchor = engine.timeline.anchor()
            keep_time(engine.store.settings, anchor)
            engine.evidence.count(now, anchor.at)


def _say_if_not_recorded(engine: Engine) -> None:
    if engine.recorder is None:
        return
    if engine.recorder.trouble:
        engine.desk.alarms.set("recording", "red", engine.recorder.trouble, "It is tried again each second.")
    else:
        engine.desk.alarms.clear("recording")


def _trouble(engine: Engine, error: Exception) -> None:
    """Something failed that nobody waits for. A fault of ours stops trading and keeps the evidence."""
    words = describe(error)
    now = engine.clock.now()
    if engine.last_trouble is None or engine.last_trouble[0] != words or now - engine.last_trouble[1] > _SAY_AGAIN:
        engine.last_trouble = (words, now)
        _log.error("desk: %s", words, exc_info=error)
    ours = isinstance(error, LedgerUnbalanced) or not isinstance(error, DeskError)
    detail = "Open orders stay at the broker. What it says is read again in a few seconds."
    try:
        engine.desk.alarms.set("trouble", "red", words, detail)
        if ours:
            engine.brake.stop(f"A fault inside the desk: {words}", by="fault")
    except Exception:  # noqa: BLE001  the desk thread must outlive even this
        _log.exception("desk: could not be noted")


def _workspace(store: Store, folder: WorkspaceFolder, clock: Clock) -> Workspace:
    known = store.accounts.workspace()
    if known is not None and (known.machine == this_machine() or store.database.read_only):
        return known
    if known is not None:  # copied here, or restored: its orders carry this machine's mark from now on
        moved = replace(known, machine=this_machine())
        with store.unit:
            store.accounts.move_to(moved.machine)
            store.journal.write("workspace.moved", f"{known.name} is now on this machine", {"before": known.machine})
        return moved
    workspace = Workspace(id=secrets.token_hex(8), name=folder.name, kind=folder.kind, machine=this_machine())
    with store.unit:
        store.accounts.found(workspace, clock.now())
        store.journal.write("workspace", f"{folder.name} begins as {folder.kind.value}", workspace)
    return workspace


def _connection(store: Store) -> Kept:
    """The practice workspace's only connection, made at the first start."""
    known = store.accounts.connections()
    if len(known) > 1:
        names = " and ".join(kept.name for kept in known)
        raise BadInput(
            f"This workspace has {len(known)} connections, {names}, and this version works one at a time. "
            "Nothing was opened: update Quarterdeck, then start it again."
        )
    if known:
        return known[0]
    kept = Kept(name=PRACTICE, broker=PRACTICE, settings=_first_settings())
    with store.unit:
        store.accounts.connect(kept)
    return kept


def _first_settings() -> str:
    """All of them: another version's defaults must not change the terms of a run on its way."""
    return msgspec.json.encode(PracticeBroker(seed=secrets.randbelow(1_000_000))).decode()


def _meet(
    store: Store,
    kept: Kept,
    broker: PracticeBroker,
    line: PracticeLine | RemoteLine,
    feed: Feed,
    sessions: Sessions,
    now: datetime,
) -> str:
    """Pin whom we talk to at the first connection; later, say so when it is somebody else."""
    who, workspace = line.identity(), store.accounts.workspace()
    if (
        workspace is not None and who.kind is not workspace.kind
    ):  # before it is pinned: nothing of it is ever taken for ours
        return (
            f"{kept.name} answers with {who.kind.value} money at {who.host}, but this is a {workspace.kind.value} workspace. "
            "Connect it in a workspace of its own kind."
        )
    relist(store, feed, sessions.day(now))
    with store.unit:
        if kept.number is None:
            pinned = replace(kept, number=who.number, host=who.host, kind=who.kind.value)
            store.accounts.connect(pinned)
            for account in line.accounts():
                store.accounts.add(replace(account, begun_at=now))
                if broker.sample is not None:
                    begin_books(store, account, broker.sample, broker.starting_cash)
            store.journal.write("connected", f"{kept.name}: {who.number} at {who.host}", pinned)
            return ""
    known = (kept.number, kept.host, kept.kind)
    if known == (who.number, who.host, who.kind.value):
        return ""
    return (
        f"{kept.name} answers as account {who.number} at {who.host}, but this workspace belongs to {kept.number} at "
        f"{kept.host}."
    )


def _listed(store: Store, instrument_id: str) -> Instrument:
    instrument = store.catalogue.get(instrument_id)
    if instrument is None:
        raise BadInput(f"{instrument_id} is not in the catalogue. Nothing was done.")
    return instrument


def _fees(order: Order, price: Decimal) -> Decimal:
    return SaleFees().fee(order.side, order.leaves, price)
