"""What waits, and what nobody watches, while a workspace with a passphrase has not been unlocked since its start."""

from contextlib import suppress

from core.channel.facets.health import UNWATCHED, Finding, Notice
from core.domain.errors import StoreError
from core.domain.order import AT_BROKER, IN_DOUBT, OrderType, Status
from core.engine.engine import Engine
from core.notify.events import WAITS

TITLE = "Locked: nothing is watched."
_STOPS = frozenset({OrderType.STOP, OrderType.STOP_LIMIT})


def unwatched(engine: Engine) -> str:
    """On the desk thread, from our own books: the broker cannot be asked."""
    orders = [order for order in engine.store.orders.open() if order.status in AT_BROKER | IN_DOUBT | {Status.INTENT}]
    stops = sum(1 for order in orders if order.type in _STOPS)
    held = sum(len(engine.store.books.positions(account.id)) for account in engine.store.accounts.all())
    counted = [_many(stops, "stop"), _many(len(orders) - stops, "other order" if stops else "order")]
    waiting = " and ".join(words for words in counted if words)
    alone = len(orders) == 1
    what = f"{waiting} {'is' if alone else 'are'} waiting" if waiting else "No order is waiting"
    return f"{what}, {_many(held, 'position') or 'no position'} held. Jobs are not run and the broker is not asked."


def notice(engine: Engine) -> Notice:
    return Notice(weight="red", title=TITLE, detail=f"{told(engine)} Unlock it with the passphrase.", key=UNWATCHED)


def told(engine: Engine) -> str:
    """With why it did not open by itself, where that was chosen."""
    return f"{engine.keyring_trouble} {unwatched(engine)}".strip()


def say_so(engine: Engine) -> None:
    """Into the journal, from where every way that takes no secret tells it. A full disk keeps nobody from starting."""
    with suppress(StoreError), engine.store.unit:
        engine.store.journal.write(WAITS, TITLE.removesuffix("."), {"detail": told(engine)})


def finding(engine: Engine) -> Finding:
    """For the doctor."""
    vault = engine.door.vault
    if not vault.exists:
        return Finding(check="Vault", ok=True, words="this workspace has no passphrase and keeps no keys")
    if vault.trouble:
        return Finding(check="Vault", ok=False, words=vault.trouble)
    if engine.waiting:
        words = engine.thread.ask(lambda: told(engine))
        return Finding(check="Vault", ok=False, words=f"locked since the start, nothing is watched: {words}")
    return Finding(check="Vault", ok=True, words="open, for as long as the engine runs; each window locks by itself")


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""
