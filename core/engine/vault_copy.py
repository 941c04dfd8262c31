"""The vault's one copy beside the backups, as young as the vault; and what to say when the vault itself is gone."""

import logging
from typing import Final

from core.channel.home import WorkspaceFolder
from core.engine.engine import Engine
from core.system import write_private
from core.vault.box import from_bytes

MADE: Final = "vault.made"
GONE: Final = "vault.gone"
_log: Final = logging.getLogger(__name__)


def copy_vault(folder: WorkspaceFolder) -> None:
    """Over the older one: that one might open with a passphrase that was given up. A damaged vault replaces nothing."""
    try:
        content = folder.vault.read_bytes()
        if from_bytes(content) is not None:
            write_private(folder.backups / folder.vault.name, content)
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("The vault could not be copied to the backups: %s", error)


def tell_if_gone(engine: Engine) -> None:
    """On the desk thread. Taken away by hand, it locks nobody out: but nobody takes it away unseen."""
    store = engine.store
    told = store.journal.of_kinds(MADE, GONE)
    if engine.door.locks or not told or told[-1].kind == GONE:
        return
    title = "The vault of this workspace is gone, and with it its passphrase and every key."
    detail = (
        "Whoever opens this workspace is not asked for anything now. If it was not you who took the file away, put "
        f"{engine.folder.backups.name}/{engine.folder.vault.name} back in its place and start again."
    )
    with store.unit:
        store.journal.write(GONE, title)
        engine.desk.alarms.keep("vault:gone", "red", title, detail)
