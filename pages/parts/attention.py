"""What needs a person, the heaviest and oldest first, each with the way to where it is dealt with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape
from typing import Any, Final

import streamlit as st

from core.channel.facets.crash_day import Stage
from core.channel.facets.health import SIGNED_OUT, HealthView, Notice
from core.channel.facets.jobs import SlotView
from core.channel.facets.practice import PracticeView
from core.channel.facets.trading import LevelView
from core.domain.workspace import Level, WorkspaceKind
from pages.parts import locked, menu, switch
from pages.parts.desk import answer, ask, desk
from pages.parts.marks import empty, section
from pages.parts.veil import veil
from pages.parts.words import age, plural

SHOWN: Final = 6
HOUR: Final = 3600
WEIGHTS: Final = ("red", "amber", "blue", "grey")
PAGES: Final = {
    "adjusted": "orders",
    "alive": "orders",
    "attested": "orders",
    "bare": "positions",
    "bust": "positions",
    "call": "positions",
    "cancel": "orders",
    "cash": "journal",
    "clock": "journal",
    "difference": "positions",
    "down": "connect",
    "disk": "journal",
    "doubt": "orders",
    "exposure": "positions",
    "fall": "limits",
    "job": "activity",
    "loss": "limits",
    "opening": "positions",
    "overfill": "orders",
    "overtaken": "orders",
    "pin": "connect",
    "second_place": "settings",
    "share": "positions",
    "stranger": "orders",
    "taken_away": "orders",
    "unclosed": "positions",
    "uncompared": "connect",
    "vanished": "orders",
    "waits": "orders",
}
PARTS: Final = {"second_place": "backups"}  # which part of that page
ELSEWHERE: Final = "activity"  # where all that was raised can be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing. Without an age it is newer than those with one."""

    weight: str
    title: str
    detail: str = ""
    since: datetime | None = None
    page: str = ""  # empty = it is dealt with at the top of every page
    part: str = ""  # of that page
    notice: Notice | None = None  # that a person may say they have seen


def items(health: HealthView) -> list[Item]:
    """Everything there is just now."""
    found = [*_of_trading(health), *_of_notices(health.notices), *_of_orders(health)]
    told = " ".join(f"{item.title} {item.detail}" for item in found)
    found += _of_levels(desk().trading.levels(), told)
    found += _of_connections(health, told)
    found += _of_jobs(desk().jobs.missed(), health.now)
    if health.kind is WorkspaceKind.PRACTICE:
        found += _of_practice(desk().practice.state())
    return sorted(found, key=_first)


def _first(item: Item) -> tuple[int, float]:
    return WEIGHTS.index(item.weight), item.since.timestamp() if item.since else float("inf")


def show(health: HealthView) -> None:
    """Each with its link or its button; those that do not fit are named."""
    found = items(health)
    section("Needs you", str(len(found)) if found else "")
    answer("needs")
    if not found:
        empty("Nothing needs you.", "What goes wrong, waits for you or is near a limit shows here, the worst first.")
        return
    for place, item in enumerate(found[:SHOWN]):
        _row(place, item, health.now)
    if len(found) > SHOWN:
        st.caption("Also: " + " · ".join(veil(item.title) for item in found[SHOWN:]))


def _row(place: int, item: Item, now: datetime) -> None:
    facts = " · ".join(filter(None, (old(item.since, now), veil(item.detail))))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"needs_{place}"):
        st.html(
            f"<div class='qd-needs {escape(item.weight)}'><b>{escape(veil(item.title))}</b>"
            f"<small title='{escape(facts, quote=True)}'>{escape(facts)}</small></div>",
            width="stretch",
        )
        if item.notice is not None and item.notice.row and not item.notice.explain:
            st.button("I have seen it", key=f"needs:{item.notice.row}", on_click=_seen, args=(item.notice.row,))
        elif item.page:
            menu.link(item.page, menu.MENU[item.page], **({"part": item.part} if item.part else {}))


def _seen(row: int) -> None:
    ask("needs", lambda: desk().health.acknowledge(row))


def old(since: datetime | None, now: datetime) -> str:
    """48 s, 18 min, 3 h, 2 days."""
    if since is None:
        return ""
    seconds = (now - since).total_seconds()
    if seconds < 2 * HOUR:
        return age(seconds)
    return f"{seconds / HOUR:.0f} h" if seconds < 48 * HOUR else f"{seconds / HOUR / 24:.0f} days"


def _of_trading(health: HealthView) -> Iterator[Item]:
    if health.foreign:
        title = "This workspace is from another machine."
        yield Item(weight="red", title=title, detail=locked.FOREIGN, page="settings", part="moving")
    elif health.read_only:
        yield Item(weight="grey", title="This workspace can only be read.", detail=health.read_only)
    if health.level is not Level.ACTIVE:
        stopped = health.level is Level.STOPPED
        yield Item(
            weight="red",
            title="Trading is stopped." if stopped else "Only closing is allowed.",
            detail=f"{health.level_reason} Resume at the top of the page when you have looked into it.".strip(),
        )


def _of_notices(notices: Iterable[Notice]) -> Iterator[Item]:
    for notice in notices:
        detail = notice.detail
        if notice.explain:
            detail = f"{detail} Say what it was under the notices at the top.".strip()
        about = notice.key.partition(":")[0]
        yield Item(
            weight=notice.weight,
            title=notice.title,
            detail=detail,
            since=notice.since,
            page="" if notice.explain else PAGES.get(about, ELSEWHERE),
            part=PARTS.get(about, ""),
            notice=notice,
        )


def _of_orders(health: HealthView) -> Iterator[Item]:
    if health.in_doubt and not any(notice.key == "doubt" for notice in health.notices):
        rows: list[dict[str, Any]] = desk().orders.table("doubt", limit=SHOWN).to_pylist()
        sent = min((row["sent_at"] for row in rows if row["sent_at"]), default=None)
        yield Item(
            weight="amber",
            title=f"{plural(health.in_doubt, 'order')} not confirmed by the broker.",
            detail=" · ".join(f"{row['side'].capitalize()} {_size(row['quantity'])} {row['symbol']}" for row in rows),
            since=sent,
            page="orders",
        )
    if health.waiting:
        yield Item(
            weight="blue",
            title=f"{plural(health.waiting, 'order')} {'waits' if health.waiting == 1 else 'wait'} here to be sent.",
            detail="At the next opening, or as soon as the broker takes it.",
            page="orders",
        )


def _size(quantity: Decimal) -> str:
    return f"{quantity.normalize():,f}"


def _of_levels(levels: Sequence[LevelView], told: str) -> Iterator[Item]:
    """A mismatch closes its symbol; where the notices tell of it already, once is enough."""
    for view in levels:
        if "/" in view.scope and view.label not in told.split():
            yield Item(
                weight="red",
                title=f"{view.label}: only closing is allowed.",
                detail=view.reason,
                since=view.since,
                page="positions",
            )


def _of_connections(health: HealthView, told: str) -> Iterator[Item]:
    for line in health.connections:
        if line.name in told.replace(":", " ").split() or (line.state == "connected" and line.reconciled):
            continue
        if line.state == SIGNED_OUT:
            yield Item(
                weight="red", title=f"{line.name}: you are not signed in any more.", detail="Sign in at the top."
            )
        elif line.state == "connected":
            yield Item(
                weight="blue",
                title=f"{line.name} is being compared with our books.",
                detail="Trading opens when both agree, usually within seconds.",
            )
        else:
            yield Item(weight="amber", title=f"{line.name} is {line.state}.", detail=line.reason, page="connect")


def _of_jobs(slots: Sequence[SlotView], now: datetime) -> Iterator[Item]:
    missed = [slot for slot in slots if slot.planned_at is None]
    if missed:
        yield Item(
            weight="amber",
            title=f"{plural(len(missed), 'job')} {'was' if len(missed) == 1 else 'were'} missed.",
            detail="Nothing is run late by itself: run it, leave it, or plan it again. "
            + " · ".join(slot.words.partition(":")[0] for slot in missed[:2]),
            since=min(now, missed[0].due_at),
            page="activity",
        )


def _of_practice(state: PracticeView) -> Iterator[Item]:
    on = [switch.FAULTS.get(fault, fault.value) for fault in state.faults]
    if on:
        yield Item(
            weight="amber",
            title=f"{plural(len(on), 'fault')} {'is' if len(on) == 1 else 'are'} on, on purpose.",
            detail=" · ".join(on),
            page="practice",
        )
    if state.bad_day is not None and not state.bad_day.over:
        yield Item(
            weight="amber", title="The bad day is running.", detail="It ends with its last step.", page="practice"
        )
    if desk().crash_day.state().stage is not Stage.REST:
        yield Item(weight="blue", title="A crash day is on its way.", detail="It waits for you.", page="crash_day")
    if not state.pace:
        yield Item(
            weight="grey",
            title="Market time stands still.",
            detail="It was paused: no order fills and no job runs meanwhile.",
            page="practice",
        )
