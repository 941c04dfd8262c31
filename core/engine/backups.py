"""Keep a copy of the database: make it, check it, take it to the second place, and write down how that went."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from core.channel.facets.backups import BackupsView, BackupView
from core.engine import second_place
from core.engine.checks import back_up
from core.engine.engine import Engine
from core.engine.vault_copy import copy_vault

_MADE: Final = "backup.made:"
_SECOND: Final = "backup.second"
ALARM: Final = "second_place"


def make(engine: Engine, name: str, keep: int) -> str:
    """On any thread but the desk's. A copy that is good stays, however the second place fares."""
    copy_vault(engine.folder)
    words = back_up(engine.folder, name, keep, engine.cut)
    file = engine.folder.backups / f"desk-{name}.sqlite3"
    place = engine.thread.ask(lambda: engine.store.settings.get(_SECOND))
    told = trouble = ""
    if place.get("folder"):
        try:
            told = second_place.take(file, Path(place["folder"]), engine.workspace, name, keep, place["disk"])
        except OSError as error:
            trouble = second_place.why(error, place["folder"])
    made = {
        "at": engine.clock.now().isoformat(),
        "size": str(file.stat().st_size),
        "second": told or (f"Not there. {trouble}" if trouble else ""),
    }
    engine.thread.ask(lambda: _note(engine, file.name, made, place, trouble))
    return words + (f"; {told}" if told else f"; the second place failed: {trouble}" if trouble else "")


def state(engine: Engine) -> BackupsView:
    """What lies in the folder, and what was written down about it."""
    place, made = engine.thread.ask(lambda: (engine.store.settings.get(_SECOND), engine.store.settings.starting(_MADE)))
    folder = place.get("folder", "")
    kept = [_view(file, made.get(f"{_MADE}{file.name}", {})) for file in engine.folder.backups.glob("*.sqlite3")]
    return BackupsView(
        kept=tuple(sorted(kept, key=lambda view: view.made_at, reverse=True)),
        folder=str(engine.folder.backups),
        second_place=folder,
        second_words=place.get("trouble", "") or (second_place.DISKS[place["disk"]] if folder else ""),
        second_failed=bool(place.get("trouble")),
    )


def set_second(engine: Engine, typed: str) -> str:
    """Or BadInput; what was set before stays then."""
    folder = typed.strip()
    disk = second_place.judge(engine.folder, folder) if folder else ""
    words = (
        f"Each backup goes to {folder} as well. {second_place.DISKS[disk]}" if folder else "No second place any more"
    )

    def act() -> None:
        with engine.store.unit:
            engine.store.settings.set(_SECOND, {"folder": folder, "disk": disk, "trouble": ""})
            engine.store.journal.write("backup.second", words, who="person")
        engine.desk.alarms.clear(ALARM)

    engine.thread.ask(act)
    return words


def say_again(engine: Engine) -> None:
    """On the desk thread, at the start: what failed then is still not there."""
    place = engine.store.settings.get(_SECOND)
    if place.get("trouble"):
        _raise(engine, place["trouble"])


def newest_by_hand(engine: Engine) -> tuple[str, datetime] | None:
    """The one a person asked for last, and when in real time."""
    made = engine.thread.ask(lambda: engine.store.settings.starting(_MADE))
    by_hand = {name: datetime.fromisoformat(kept["at"]) for name, kept in made.items() if _is_by_hand(name)}
    name = max(by_hand, key=by_hand.__getitem__, default="")
    return (name.removeprefix(_MADE), by_hand[name]) if name else None


# parts ---------------------------------------------------------------------------------------------------------------


def _is_by_hand(name: str) -> bool:
    return name.count("-") > 3  # desk-2026-11-20-153207.sqlite3


def _note(engine: Engine, name: str, made: dict[str, str], place: dict[str, str], trouble: str) -> None:
    settings = engine.store.settings
    with engine.store.unit:
        settings.set(f"{_MADE}{name}", made)
        for old in settings.starting(_MADE):
            if not (engine.folder.backups / old.removeprefix(_MADE)).exists():
                settings.remove(old)
        now = settings.get(_SECOND)
        if place.get("folder") and now.get("folder") == place["folder"]:  # or a person has chosen another meanwhile
            settings.set(_SECOND, now | {"trouble": trouble})
    if trouble:
        _raise(engine, trouble)
    else:
        engine.desk.alarms.clear(ALARM)


def _raise(engine: Engine, trouble: str) -> None:
    title = "The newest backup is not at the second place."
    detail = f"{trouble} The copy beside the database is good; it is tried again with the next backup."
    engine.desk.alarms.set(ALARM, "amber", title, detail)


def _view(file: Path, made: dict[str, str]) -> BackupView:
    seen = file.stat()
    at = datetime.fromisoformat(made["at"]) if made else datetime.fromtimestamp(seen.st_mtime, UTC)
    return BackupView(
        name=file.name,
        made_at=at,
        size=seen.st_size,
        verified=bool(made) and made["size"] == str(seen.st_size),
        second=made.get("second", ""),
    )
