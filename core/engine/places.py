"""How each way to reach a person was set up: what is plain lies in the settings, what is secret in the vault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.channel.facets.notices import FieldView
from core.domain.errors import BadInput
from core.notify.keys import Keys
from core.notify.post import bad_address, is_local
from core.notify.ways import WAYS
from core.notify.ways.base import Asked, Way
from core.store.settings import Settings
from core.store.unit import Unit

HEARTBEAT: Final = "heartbeat"
BEAT: Final = Asked(
    name="url",
    label="Address",
    hint="http://127.0.0.1:8123/… on this machine, https://… elsewhere",
    secret=True,
    needed=True,
)
_PREFIX: Final = "notices.way."
_ON: Final = "on"
_LONGEST: Final = 500
_HERE: Final = "127.0.0.1"  # in the hint of a secret that may lead to this machine, and then is none


@dataclass(slots=True)
class Places:
    """Written on the desk thread."""

    settings: Settings
    unit: Unit
    keys: Keys
    _memory: dict[str, dict[str, str]] = field(default_factory=dict)  # asked each second

    def on(self) -> tuple[str, ...]:
        """The ways a person switched on."""
        return tuple(name for name in WAYS if self.is_on(name))

    def is_on(self, name: str) -> bool:
        return self._kept(name).get(_ON) == "yes"

    def fields(self, name: str) -> tuple[FieldView, ...]:
        """What was typed; of a secret only whether it is there."""
        kept = self._kept(name)
        return tuple(
            FieldView(
                name=a.name,
                label=a.label,
                hint=a.hint,
                secret=a.secret,
                needed=a.needed,
                value=kept.get(a.name, ""),
                kept=bool(kept.get(a.name)) or (a.secret and self.keys.holds(name, a.name)),
            )
            for a in asks(name)
        )

    def why_not(self, name: str) -> str:
        """Why it cannot be used as things are; empty = it can."""
        kept = self._kept(name)
        secret = [a for a in asks(name) if a.secret and not kept.get(a.name)]
        held = any(self.keys.holds(name, a.name) for a in secret)
        only_there = any(a.needed and _HERE not in a.hint for a in secret)
        return self.keys.why_not if held or only_there else ""

    def secrets(self, name: str) -> dict[str, str]:
        """To be used at once and not kept. It may wait while somebody tries a passphrase: never on the desk thread."""
        kept = self._kept(name)
        found = {a.name: self.keys.read(name, a.name) for a in asks(name) if a.secret and not kept.get(a.name)}
        return {field: words for field, words in found.items() if words}

    def keep_secret(self, name: str, what: str, typed: str) -> None:
        """Into the vault. Like reading one, never on the desk thread."""
        known = next((a for a in asks(name) if a.name == what and a.secret), None)
        secret = typed.strip()
        if known is None:
            raise BadInput("What was typed is of another version. Nothing was kept: open the page again.")
        if len(secret) > _LONGEST or not secret.isprintable():
            raise BadInput(f"{known.label} is too long or holds what cannot be printed. Nothing was kept.")
        if self.keys.why_not:
            raise BadInput(f"Nothing was kept. {self.keys.why_not}")
        self.keys.keep(name, what, secret)

    def forget(self, name: str, what: str) -> None:
        """Inside a unit: what was typed in plain gives way to what is in the vault."""
        kept = {field: words for field, words in self._kept(name).items() if field != what}
        self.settings.set(f"{_PREFIX}{name}", kept)
        self.unit.keep(self._memory, name, kept)

    def way(self, name: str, secrets: Mapping[str, str]) -> Way:
        """As it was set up."""
        return WAYS[name](**self.values(name, secrets))

    def values(self, name: str, secrets: Mapping[str, str]) -> dict[str, str]:
        """Everything it was given."""
        kept = self._kept(name)
        return {a.name: value for a in asks(name) if (value := kept.get(a.name) or secrets.get(a.name, ""))}

    def load(self) -> None:
        """From the disk, once: afterwards any thread may look."""
        for name in (*WAYS, HEARTBEAT):
            self._kept(name)

    def set(self, name: str, on: bool, typed: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Inside a unit. What a person typed that is no secret; switched on only when it can work."""
        known = {a.name: a for a in asks(name)}
        if not typed.keys() <= known.keys():
            raise BadInput("What was typed is of another version. Nothing was kept: open the page again.")
        kept = dict(self._kept(name))
        for what, words in typed.items():
            value = words.strip()
            if len(value) > _LONGEST or not value.isprintable():
                raise BadInput(f"{known[what].label} is too long or holds what cannot be printed. Nothing was kept.")
            if value and known[what].secret and not is_local(value):
                raise BadInput(
                    f"{known[what].label} is a secret: whoever has it can write there. Nothing was kept. Here only an "
                    "address on this machine is taken, such as http://127.0.0.1:8123/desk; the vault takes the others."
                )
            kept[what] = value
        kept[_ON] = "yes" if on else "no"
        self.settings.set(f"{_PREFIX}{name}", kept)
        self.unit.keep(self._memory, name, kept)
        if on and (words := self.problem(name, secrets)):
            raise BadInput(f"It was not switched on and nothing was kept. {words}")

    def problem(self, name: str, secrets: Mapping[str, str]) -> str:
        """Why it cannot tell anything as it is set up; empty = it may."""
        if self.why_not(name):
            return self.why_not(name)
        if name == HEARTBEAT:
            url = self.values(name, secrets).get("url", "")
            return bad_address(url) if url else "Type the address."
        return self.way(name, secrets).problem()

    def _kept(self, name: str) -> dict[str, str]:
        if name not in self._memory:
            self._memory[name] = self.settings.get(f"{_PREFIX}{name}")
        return self._memory[name]


def asks(name: str) -> tuple[Asked, ...]:
    """What has to be typed for it."""
    if name == HEARTBEAT:
        return (BEAT,)
    if name not in WAYS:
        raise BadInput(f"There is no way called {name[:20]}. Nothing was done: open the Notifications page.")
    return WAYS[name].asks()
