"""The brake, as the engine answers for it."""

from dataclasses import dataclass

from core.channel.facets.trading import LevelView, StopReport
from core.domain.errors import BadInput, TradingStopped
from core.domain.workspace import Level
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.execution.brake import PERSON
from core.risk.limits import WORKSPACE
from core.risk.trading_state import STRICTNESS


@dataclass(slots=True)
class TradingFacet:
    """Stopping jumps the queue."""

    engine: Engine

    def stop(self, reason: str, also_protective: bool = False) -> StopReport:
        def act() -> StopReport:
            asked = self.engine.brake.stop(reason or "Stopped by you", also_protective=also_protective)
            return self._report(asked)

        return self.engine.thread.ask(act, Urgency.BRAKE)

    def closing_only(self, reason: str) -> None:
        def act() -> None:
            if self.engine.brake.stopped:
                raise TradingStopped("Trading is stopped, which is stricter. Nothing was changed: resume first.")
            self.engine.brake.restrict(WORKSPACE, Level.CLOSING_ONLY, reason or "Closing only, set by you", PERSON)

        self.engine.thread.ask(act, Urgency.BRAKE)

    def resume(self, reason: str) -> None:
        if len(reason.strip()) < 3:
            raise BadInput("Trading was not resumed: type why it may go on.")
        self.engine.thread.ask(lambda: self.engine.brake.resume(reason.strip()), Urgency.COMMAND)

    def report(self) -> StopReport:
        return self.engine.thread.ask(lambda: self._report(()))

    def levels(self) -> tuple[LevelView, ...]:
        def look() -> tuple[LevelView, ...]:
            return tuple(
                LevelView(
                    scope=r.scope, label=self._label(r.scope), level=r.level, reason=r.reason, since=r.since, by=r.by
                )
                for r in self.engine.desk.pictures.levels.restrictions
            )

        return self.engine.thread.ask(look)

    def unfreeze(self, scope: str, reason: str) -> None:
        if len(reason.strip()) < 3:
            raise BadInput("Nothing was unfrozen: type what you found out.")
        if scope == WORKSPACE:
            raise BadInput(
                "Nothing was unfrozen: the whole workspace is resumed with Resume, which looks at the broker first."
            )

        def act() -> None:
            if not self.engine.desk.pictures.levels.at(scope):
                raise BadInput("Nothing was unfrozen: there is no such restriction any more.")
            for restriction in self.engine.desk.pictures.levels.at(scope):
                self.engine.brake.lift(scope, restriction.by, reason.strip())
            self.engine.desk.pictures.broker_quantities.pop(scope, None)

        self.engine.thread.ask(act, Urgency.COMMAND)

    def _report(self, asked: tuple[str, ...]) -> StopReport:
        engine = self.engine
        adding, doubt, keeping = engine.brake.left()
        levels = engine.desk.pictures.levels.at(WORKSPACE)
        level = max((r.level for r in levels), key=lambda name: STRICTNESS[name], default=Level.ACTIVE)
        positions = sum(len(engine.store.books.positions(a.id)) for a in engine.store.accounts.all())
        left = f"{len(adding)} still shown by the broker" if adding else "none that adds risk is left at the broker"
        unsure = f"; {len(doubt)} not confirmed" if doubt else ""
        words = f"Orders: {left}{unsure}. {len(keeping)} protective kept. {positions} positions held."
        if engine.waiting:
            words += " The desk is locked: what was asked back goes to the broker when it is unlocked."
        return StopReport(
            level=level,
            canceling=asked,
            still_open=tuple(order.id for order in adding),
            in_doubt=tuple(order.id for order in doubt),
            protective_kept=tuple(order.id for order in keeping),
            positions=positions,
            words=words,
            finished=not adding and not doubt,
        )

    def _label(self, scope: str) -> str:
        if scope == WORKSPACE:
            return "This workspace"
        account_id, _, instrument_id = scope.partition("/")
        instrument = self.engine.store.catalogue.get(instrument_id)
        account = self.engine.store.accounts.get(account_id)
        return instrument.symbol if instrument else account.name if account else scope
