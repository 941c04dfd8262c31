"""Going live, as the engine answers for it."""

from dataclasses import dataclass

from core.channel.facets.live import LiveView
from core.domain.errors import BadInput, OrderRefused, VaultError
from core.domain.live import FEWEST, WORD
from core.domain.money import typed_number
from core.domain.workspace import WorkspaceKind
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.exhibit import read
from core.engine.going_live import DEMAND, SHOWN, demand, own, taken_on, view
from core.engine.refusals import noted
from core.execution.live_ordering import LIFTED, OPENED
from core.vault.secret import Secret

MOST_DAYS, MOST_ORDERS = 1_000, 10_000


@dataclass(slots=True)
class LiveFacet:
    """Each act is one commit with its journal row: before it nothing has changed, after it all has."""

    engine: Engine

    def state(self) -> LiveView:
        return self.engine.thread.ask(lambda: view(self.engine))

    def evidence(self) -> str:
        engine = self.engine
        if engine.workspace.kind is WorkspaceKind.LIVE:
            raise BadInput("Days of a live workspace are no evidence for going live. No file was made.")

        def act() -> str:
            exhibit = own(engine)
            with engine.store.unit:
                title = f"What there is to show for going live was put into a file: {len(exhibit.days)} days"
                engine.store.journal.write("live.evidence", title, {"seal": exhibit.seal}, who="person")
            return exhibit.text

        return engine.thread.ask(act, Urgency.COMMAND)

    def take_on(self, text: str) -> LiveView:
        engine = self.engine
        self._live("Nothing was taken on")
        exhibit = read(text, engine.sessions, engine.clock.now())

        def act() -> LiveView:
            known = taken_on(engine).get(exhibit.workspace_id)
            if known is not None and known.made_at > exhibit.made_at:
                raise BadInput("A younger evidence file of that workspace was taken on before. Nothing was changed.")
            if known is None or known.seal != exhibit.seal:
                title = f"Evidence of {exhibit.workspace} was taken on: {len(exhibit.days)} days"
                with engine.store.unit:
                    engine.store.settings.set(f"{SHOWN}{exhibit.workspace_id}", {"text": exhibit.text})
                    engine.store.journal.write("live.taken_on", title, exhibit, who="person")
            return view(engine)

        return engine.thread.ask(act, Urgency.COMMAND)

    def demand(self, days: str, orders: str, reason: str) -> LiveView:
        engine = self.engine
        self._live("Nothing was changed")
        why = _reason(reason, "What is asked for was not changed")
        wanted_days = _whole(days, "Days that count", MOST_DAYS)
        wanted_orders = _whole(orders, "Orders on those days", MOST_ORDERS)

        def act() -> LiveView:
            before = demand(engine)
            title = (
                f"For going live {wanted_days} days and {wanted_orders} orders are asked for, "
                f"instead of {before.days} and {before.orders}"
            )
            with engine.store.unit:
                kept = {"days": str(wanted_days), "orders": str(wanted_orders), "reason": why}
                engine.store.settings.set(DEMAND, kept)
                engine.store.journal.write("live.demand", title, kept, who="person")
            return view(engine)

        return engine.thread.ask(act, Urgency.COMMAND)

    def go_live(self, word: str, passphrase: str, code: str = "") -> LiveView:
        engine = self.engine
        self._live("Nothing was opened")
        engine.thread.ask(self._may_open)
        if word.strip() != WORD:
            raise BadInput(f"Nothing was opened: type {WORD}, in capitals.")
        with noted(engine, "when going live"):
            engine.door.prove(Secret(passphrase), code)
        return engine.thread.ask(self._open, Urgency.COMMAND)

    def lift_small(self, reason: str) -> LiveView:
        engine = self.engine
        self._live("Nothing was lifted")
        why = _reason(reason, "The first live orders stay small")

        def act() -> LiveView:
            live = engine.desk.pictures.live
            if not live.kept(LIFTED):
                with engine.store.unit:
                    live.keep(LIFTED, {"reason": why})
                    engine.store.journal.write(
                        "live.lifted", "The first live orders need not be small", {"reason": why}, who="person"
                    )
            return view(engine)

        return engine.thread.ask(act, Urgency.COMMAND)

    # parts -----------------------------------------------------------------------------------------------------------

    def _open(self) -> LiveView:
        """Looked at once more: what was asked for may have changed while the passphrase was tried."""
        engine = self.engine
        self._may_open()
        live = engine.desk.pictures.live
        if not live.kept(OPENED):
            seen = view(engine)
            with engine.store.unit:
                live.keep(OPENED, {"at": engine.clock.now().isoformat(), "evidence": seen.shown[0].workspace})
                engine.store.journal.write(
                    "live.opened", "Taken live: from now on real orders are sent", seen, who="person"
                )
        return view(engine)

    def _may_open(self) -> None:
        """Or one sentence with everything that is missing. What was opened stays so."""
        seen = view(self.engine)
        missing = [step.words for step in seen.to_do if not step.done]
        if missing and seen.opened_at is None:
            raise OrderRefused(f"Nothing was opened. Still missing: {'; '.join(missing)}.")
        if not self.engine.door.locks:
            raise VaultError("Nothing was opened: this workspace has no passphrase. Choose one first.")

    def _live(self, what: str) -> None:
        if self.engine.workspace.kind is not WorkspaceKind.LIVE:
            raise BadInput(f"{what}: {self.engine.workspace.name} is no live workspace, and no real money moves here.")


def _reason(reason: str, what: str) -> str:
    if len(reason.strip()) < 3:
        raise BadInput(f"{what}: type why, it is kept in the journal.")
    return reason.strip()


def _whole(typed: str, what: str, most: int) -> int:
    number = typed_number(typed, what)
    if number != number.to_integral_value() or not FEWEST <= number <= most:
        raise BadInput(
            f"{what}: {typed.strip()[:20]} cannot be asked for. Nothing was changed: type a whole number from {FEWEST} "
            f"to {most:,}. It never reaches nothing."
        )
    return int(number)
