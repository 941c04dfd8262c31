"""What stands above and below every page: workspace, account, market, age of prices, what is wrong, is the desk alive."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from core.channel.facets.health import SIGNED_OUT, HealthView, Notice
from core.channel.facets.lock import LockView
from core.channel.facets.positions import AccountSummary
from core.channel.standing import why_silent
from core.domain.errors import DeskError, DeskUnreachable
from core.domain.workspace import Level, WorkspaceKind
from pages.parts import account, display, export, locked, seen
from pages.parts.desk import desk, folder
from pages.parts.look import KINDS
from pages.parts.marks import banner_html, tone
from pages.parts.words import age, change, clock, money, percent, plural

_NOTICED = 3.0  # seconds: an engine that takes longer to say how it stands hangs, and the person is told
WEIGHTS = ("red", "amber", "blue", "grey")


def standing() -> HealthView | None:
    """How the engine stands; None = it does not answer. What it said last is remembered."""
    try:
        health = desk(_NOTICED).health.state()
    except DeskUnreachable:
        return None
    st.session_state["seen"] = health
    return health


def kind_of(health: HealthView | None) -> WorkspaceKind:
    return health.kind if health else folder().kind


def tag(kind: WorkspaceKind) -> None:
    word, icon, words = KINDS[kind]
    st.html(
        f"<div class='qd-mode'><span class='ic' aria-hidden='true'>{icon}</span>{word}<span>{words}</span></div>",
        width="content",
    )


def shape(health: HealthView | None, door: LockView | None) -> tuple[object, ...]:
    """What the acting parts of the frame depend on: when it changes, the whole page is drawn again."""
    theme = st.context.theme.type  # a computer turns dark in the evening, and our own colours with it
    if health is None:
        return (theme,)
    rows = tuple(notice.row for notice in seen.waiting(health))
    lock = (door.has_passphrase, door.locked, door.may_look) if door else None
    signed_out = any(line.state == SIGNED_OUT for line in health.connections)
    accounts = tuple(account.names())
    return theme, accounts, health.kind, health.level, health.read_only, health.in_doubt, rows, lock, signed_out


@st.fragment(run_every=1)
def look(page: str) -> None:
    """The line of figures at the top, the worst thing to know, and the status bar. Only looks."""
    health = standing()
    door = locked.door() if health else None
    if shape(health, door) != st.session_state["shape"] or export.changed():
        st.rerun()
    if health is None:
        with st.session_state["strip"]:
            st.html("<div class='qd-frame'><span>Desk<b>down</b></span></div>", width="content")
        with st.session_state["notes"]:
            st.html(_silent() + _status_silent())
        return
    with st.session_state["strip"]:
        st.html(_strip(health, _account()), width="content")
    with st.session_state["notes"]:
        shut = locked.banner_html(door, page) if door and door.locked else ""
        st.html(shut + _notices(health) + _status(health) + _rung(health))


def accounts() -> tuple[AccountSummary, ...]:
    """All there are, and kept for every page; none while the desk is away."""
    try:
        known = desk().positions.accounts()
    except DeskError:
        return ()
    account.remember(known)
    return known


def _account() -> AccountSummary | None:
    """The only one, or the one the person chose; with several, none is taken for all."""
    known = accounts()
    return next((summary for summary in known if summary.account_id == account.chosen()), None)


def _cell(label: str, words: str, style: str = "") -> str:
    return f"<span class='{style}'>{escape(label)}<b>{escape(words)}</b></span>"


def _strip(health: HealthView, summary: AccountSummary | None) -> str:
    cells = []
    if summary:
        today = change(summary.today)
        cells = [
            _cell(
                " · ".join(filter(None, (f"Value, {summary.currency}", account.name_of(summary.account_id)))),
                money(summary.value),
            ),
            _cell(f"Today, {summary.currency}", f"{today}  {percent(summary.today_share)}", tone(today)),
            _cell(f"Buying power, {summary.currency}", money(summary.buying_power)),
        ]
    pace = " · paused" if not health.pace else f" · {health.pace:g}×" if health.pace != 1 else ""
    stale = health.feed_age_seconds is not None and health.feed_age_seconds > 5
    cells += [
        _cell(f"Market, {clock(health.market_now)} ET{pace}", health.market_words),
        _cell(health.feed_note or "Quotes", _feed_age(health), "warn" if stale else ""),
    ]
    return f"<div class='qd-frame'>{''.join(cells)}</div>"


def _feed_age(health: HealthView) -> str:
    return "none in use" if health.feed_age_seconds is None else f"{age(health.feed_age_seconds)} old"


def _notices(health: HealthView) -> str:
    """The worst in full, the titles of the others under it."""
    found = sorted((*_brake(health), *health.notices), key=lambda notice: WEIGHTS.index(notice.weight))
    if not found:
        return ""
    worst, *others = found
    also = "Also: " + " · ".join(notice.title for notice in others) if others else ""
    return banner_html(worst.weight, worst.title, worst.detail, also)


def _rung(health: HealthView) -> str:
    """What sound.js looks at: the newest of the notices that wait for a look."""
    if not display.sound():
        return ""
    newest = max(seen.waiting(health), key=lambda notice: notice.row, default=None)
    row, weight = (newest.row, newest.weight) if newest else (0, "")
    return f"<i class='qd-rung' hidden data-row='{row}' data-weight='{weight}'></i>"


def _brake(health: HealthView) -> Iterable[Notice]:
    if health.foreign:
        yield Notice(weight="red", title="This workspace is from another machine.", detail=locked.FOREIGN)
    elif health.read_only:
        yield Notice(weight="grey", title="This workspace can only be read.", detail=health.read_only)
    if health.level is Level.CLOSING_ONLY:
        yield Notice(weight="red", title="Only closing is allowed.", detail=health.level_reason)
    if health.level is Level.STOPPED:
        report = desk().trading.report()
        title = "Stopping: orders that add risk are being cancelled." if report.still_open else "Trading is stopped."
        why = f" Why: {health.level_reason}." if health.level_reason else ""  # a locked desk keeps it to itself
        yield Notice(weight="red", title=title, detail=f"{report.words}{why}")


def _status(health: HealthView) -> str:
    lines = [
        _light("Desk answers", f"process {health.engine_pid}"),
        *([_light("Not confirmed", plural(health.in_doubt, "order"), "warn")] if health.in_doubt else []),
        *(
            _light(
                f"{line.name} {line.state}",
                f"read {age((health.now - line.read_at).total_seconds())} ago" if line.read_at else line.reason,
                "" if line.state == "connected" and line.reconciled else "warn",
            )
            for line in health.connections
        ),
        _light("Quotes", _feed_age(health), "twice"),  # these two stand at the top as well
        _light("Market", health.market_words, "twice"),
        _light("Next", health.next_job),
    ]
    return f"<div class='qd-status' role='status'>{''.join(lines)}</div>"


def _light(name: str, words: str, style: str = "") -> str:
    return f"<span class='{style}'><i></i><b>{escape(name)}</b> {escape(words)}</span>"


def _silent() -> str:
    """The engine is gone: since when, whether somebody is starting it again, and what stays safe."""
    trouble, advice = why_silent(folder())
    seen: HealthView | None = st.session_state.get("seen")
    last = f"It last answered at {clock(seen.now)} ET. " if seen else ""
    stays = "Nothing can be sent from here until it is back; orders at the broker stay there. What you typed is kept."
    return banner_html("red", trouble, f"{last}{stays} {advice}")


def _status_silent() -> str:
    return f"<div class='qd-status' role='status'>{_light('Desk', 'down', 'bad')}</div>"
