"""Limits, as the engine answers for them."""

from dataclasses import dataclass

from core.channel.facets.limits import LimitView, UseView
from core.domain.account import Account
from core.domain.errors import BadInput
from core.engine.desk_thread import Urgency
from core.engine.engine import Engine
from core.engine.first_steps import LIMITS
from core.risk.gate import Gate
from core.risk.limits import PRESETS, WORKSPACE, Limits


@dataclass(slots=True)
class LimitsFacet:
    """An edit is on disk and in the journal before it applies."""

    engine: Engine

    def all(self, account_id: str = "") -> tuple[LimitView, ...]:
        found = self.engine.thread.ask(lambda: self.engine.desk.gate.limits.views(account_id))
        self.engine.first_steps.note(LIMITS)
        return found

    def used(self, account_id: str = "") -> tuple[UseView, ...]:
        return self.engine.thread.ask(lambda: self.engine.watch.uses(self._account(account_id)))

    def change(self, check: str, setting: str, value: str, reason: str, account_id: str = "") -> LimitView:
        self._reason(reason)

        def act() -> LimitView:
            before = self.engine.desk.gate.limits
            return self._apply(before.change(check, setting, value, account_id), check, setting, reason, account_id)

        return self.engine.thread.ask(act, Urgency.COMMAND)

    def reset(self, check: str, setting: str, reason: str, account_id: str = "") -> LimitView:
        self._reason(reason)

        def act() -> LimitView:
            before = self.engine.desk.gate.limits
            return self._apply(before.reset(check, setting, account_id), check, setting, reason, account_id)

        return self.engine.thread.ask(act, Urgency.COMMAND)

    def presets(self) -> tuple[str, ...]:
        return tuple(PRESETS)

    def preview(self, name: str) -> tuple[LimitView, ...]:
        return self.engine.thread.ask(lambda: self.engine.desk.gate.limits.preset(name).views())

    def use_preset(self, name: str, reason: str, account_id: str = "") -> tuple[LimitView, ...]:
        self._reason(reason)

        def act() -> tuple[LimitView, ...]:
            engine, scope = self.engine, account_id or WORKSPACE
            before = engine.desk.gate.limits
            after = before.preset(name, account_id)
            with engine.store.unit:
                for key in {*before.overrides, *after.overrides}:
                    if key[0] == scope:
                        engine.store.settings.set_limit(*key, after.overrides.get(key))
                body = {"preset": name, "reason": reason, "scope": scope}
                engine.store.journal.write("limit.preset", f"Limits: the set “{name}”", body, who="person")
            engine.desk.gate = Gate(after)
            return after.views(account_id)

        return self.engine.thread.ask(act, Urgency.COMMAND)

    def _account(self, account_id: str) -> Account:
        accounts = [a for a in self.engine.store.accounts.all() if account_id in ("", a.id)]
        if len(accounts) != 1:
            which = f"There is no account {account_id[:40]} here." if account_id else "No account was named."
            raise BadInput(f"{which} Nothing was looked up: choose one of this workspace.")
        return accounts[0]

    def _apply(self, after: Limits, check: str, setting: str, reason: str, account_id: str) -> LimitView:
        engine = self.engine
        before = self._one(engine.desk.gate.limits, check, setting, account_id)
        now = self._one(after, check, setting, account_id)
        scope = account_id or WORKSPACE
        with engine.store.unit:
            engine.store.settings.set_limit(scope, check, setting, after.overrides.get((scope, check, setting)))
            title = f"Limit {check}, {now.label.lower()}: {_written(before)} → {_written(now)}"
            body = {
                "check": check,
                "setting": setting,
                "before": before,
                "after": now,
                "reason": reason,
                "scope": scope,
            }
            engine.store.journal.write("limit.changed", title, body, who="person")
        engine.desk.gate = Gate(after)
        return now

    def _one(self, limits: Limits, check: str, setting: str, account_id: str) -> LimitView:
        return next(v for v in limits.views(account_id) if v.check == check and v.setting == setting)

    def _reason(self, reason: str) -> None:
        if len(reason.strip()) < 3:
            raise BadInput("The limit was not changed: type why, it is kept in the journal.")


def _written(limit: LimitView) -> str:
    """As a person reads it."""
    if limit.unit == "share":
        return f"{(limit.value * 100).normalize():f}%"
    return f"{limit.value.normalize():f}{' s' if limit.unit == 'seconds' else ''}"
