"""Home: how am I, and what needs me."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from core.channel.facets.crash_day import Stage
from core.channel.facets.health import Notice
from core.channel.facets.jobs import SlotView
from core.channel.facets.performance import Period
from core.channel.facets.practice import Fault
from core.domain.order import Status
from core.domain.workspace import Level, WorkspaceKind
from pages.parts.chart import levels_of
from pages.parts.exposure import exposure
from pages.parts.menu import MENU
from tests.fakes.desk import ACCOUNT, CURVE_COLUMNS, NOW, FakeDesk, order, used_limits
from tests.ui.opened import Opened, paces, press, words


def links(window: AppTest) -> list[str]:
    """Where one can go from here."""
    return [link.proto.label for link in window.get("page_link")]


def needs(window: AppTest) -> list[str]:
    """Titles of what needs a person, in their order."""
    lines = [line for line in words(window).splitlines() if "qd-needs" in line]
    return [line.partition("<b>")[2].partition("</b>")[0] for line in lines]


def notice(weight: str, title: str, minutes: float, key: str = "", row: int = 0) -> Notice:
    return Notice(weight=weight, title=title, since=NOW - timedelta(minutes=minutes), key=key, row=row)


def test_it_is_the_first_page_and_the_bare_address(open_page: Opened) -> None:
    assert next(iter(MENU)) == "home"
    window = open_page(FakeDesk.ordinary(), "home")
    assert window.title[0].value == "Home"


def test_how_am_i_stands_in_figures(open_page: Opened) -> None:
    said = words(open_page(FakeDesk.ordinary(), "home"))
    for figure in ("148,293.35", "−38.25 ↓", "−0.03%", "+912.30 ↑", "+0.93% of what was paid in", "52,118.40", "64.9%"):
        assert figure in said
    assert "<b>−1.82%</b>" in said
    assert "Account <b class='gain'>+7.25%</b>" in said, "the curve, deposits not in it"


@pytest.mark.parametrize("page", ["home", "performance"])
def test_a_curve_that_has_not_moved_yet_is_drawn(open_page: Opened, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk.ordinary()
    flat = [dict.fromkeys(("growth", "benchmark", "drawdown"), Decimal(0))] * 2
    rows = [row | still for row, still in zip(desk.performance.curve().to_pylist(), flat, strict=False)]
    table = pa.Table.from_pylist(rows, schema=CURVE_COLUMNS)
    monkeypatch.setattr(desk.performance, "curve", lambda account_id="", period=Period.ALL: table)
    assert "Account <b class=''>0.00%</b>" in words(open_page(desk, page))


@pytest.mark.parametrize(("low", "high"), [(0, 0), (50, 50), (-0.01, -0.01), (0.1, 0.3), (-3, 0)])
def test_levels_enclose_what_is_drawn_and_are_two_at_least(low: float, high: float) -> None:
    levels = levels_of(low, high)
    assert levels[0] <= low <= high <= levels[-1]
    assert len(levels) > 1


def test_what_is_still_added_up_is_not_guessed(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.counting = "There is so much new that it is added up with the next question."
    said = words(open_page(desk, "home"))
    assert "148,293.35" in said
    assert "<span>Gain since the beginning, USD</span><b>–</b>" in said


def test_limits_are_bars_amber_near_and_red_at_the_limit(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.used_limits = used_limits("0.0241")
    said = words(open_page(desk, "home"))
    assert "<li class='near'" in said
    assert "near its limit: </span>2.41% of 3%" in said
    assert "over its limit: </span>50.00% of 40%" in said
    assert "near its limit: </span>20.15% of 25%" in said, "from where the person wants to be told"
    assert "</span>64.84% of 100%" in said
    assert "7,300.00 of 14,829.00" in said
    assert "23 of 50" in said
    assert "width:100.0%" in said


def test_a_bar_is_amber_from_four_fifths_even_where_nobody_is_told(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    (gross,) = [use for use in used_limits() if use.label == "Gross exposure"]
    desk.world.used_limits = (replace(gross, near=None, used=Decimal("0.7999")),)
    assert "near its limit" not in words(open_page(desk, "home"))
    desk.world.used_limits = (replace(gross, near=None, used=Decimal("0.8")),)
    assert "near its limit: </span>80.00% of 100%" in words(open_page(desk, "home"))


def test_a_quiet_day_needs_nobody(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "home")
    assert needs(window) == []
    assert "Nothing needs you." in words(window)


def test_the_heaviest_stands_first_and_of_those_the_oldest(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (
        notice("amber", "Newer.", 3),
        notice("grey", "Light.", 900),
        notice("red", "Worst.", 1),
        notice("amber", "Older.", 60),
    )
    assert needs(open_page(desk, "home")) == ["Worst.", "Older.", "Newer.", "Light."]


def test_everything_that_needs_a_person_is_there_with_its_way(open_page: Opened) -> None:
    desk = FakeDesk.in_doubt()
    desk.world.frozen = {"TLT": "The broker holds 250, our books say 240."}
    desk.world.missed = [SlotView(job="proof", slot="1", due_at=NOW, words="Prove the books, 1: the desk was off")]
    desk.world.practice = replace(desk.world.practice, faults=(Fault.DELAYED,), pace=0)
    desk.world.level, desk.world.level_reason = Level.CLOSING_ONLY, "a bad day"
    window = open_page(desk, "home")
    found = " ".join(needs(window)) + words(window)
    for item in (
        "Only closing is allowed.",
        "TLT: only closing is allowed.",
        "1 order not confirmed by the broker.",
        "1 job was missed.",
        "1 fault is on, on purpose.",
    ):
        assert item in found, item
    assert "Buy 25 MSFT" in found
    assert "Also: Market time stands still." in found or "Market time stands still." in needs(window)
    assert {"Orders", "Positions", "Activity", "Practice"} <= set(links(window))


def test_an_order_that_waits_here_is_said(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.orders["w"] = order(300, "NVDA", Status.INTENT)
    assert needs(open_page(desk, "home")) == ["1 order waits here to be sent."]


def test_a_login_that_has_expired_and_a_crash_day_on_its_way_are_said(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.signed_out = True
    desk.crash_day.view = replace(desk.crash_day.view, stage=Stage.DURING)
    window = open_page(desk, "home")
    assert needs(window) == ["practice: you are not signed in any more.", "A crash day is on its way."]


@pytest.mark.parametrize(
    ("key", "page"),
    [
        ("job:backup", "Activity"),
        ("loss:a", "Limits"),
        ("share:a:X", "Positions"),
        ("waits:1", "Orders"),
        ("", "Activity"),
    ],
)
def test_a_notice_leads_to_where_it_is_dealt_with(open_page: Opened, key: str, page: str) -> None:
    quiet = links(open_page(FakeDesk.ordinary(), "home"))
    desk = FakeDesk.ordinary()
    desk.world.notices = (notice("amber", "Something.", 1, key),)
    now = links(open_page(desk, "home"))
    assert sorted([*quiet, page]) == sorted(now)


def test_an_alarm_is_acknowledged_from_here(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (notice("amber", "The broker took back a trade.", 200, "bust:1", row=7),)
    window = open_page(desk, "home")
    assert "3 h" in words(window)
    press(window, "needs:7")
    assert desk.world.seen == {7: ""}
    assert needs(window) == []


def test_more_than_fits_is_named(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = tuple(notice("amber", f"Thing {number}.", 60 - number) for number in range(9))
    window = open_page(desk, "home")
    assert len(needs(window)) == 6
    assert "Also: Thing 6. · Thing 7. · Thing 8." in words(window)


def test_words_from_outside_are_never_markup_here(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.notices = (Notice(weight="red", title="<script>x</script>", detail="' onmouseover='y"),)
    said = words(open_page(desk, "home"))
    assert "<script>x" not in said
    assert "' onmouseover" not in said


def test_exposure_is_summed_by_sector_and_never_around_a_missing_price(open_page: Opened) -> None:
    rows = [
        {"value": Decimal(600), "sector": "Technology"},
        {"value": Decimal(-200), "sector": "Technology"},
        {"value": Decimal(100), "sector": ""},
    ]
    found = exposure(rows)
    assert (found.gross, found.net) == (Decimal(900), Decimal(500))
    assert found.sectors == (("Technology", Decimal(800)), ("Sector not known", Decimal(100)))
    assert exposure([*rows, {"value": None, "sector": "Energy"}]).gross is None
    assert "Technology" in words(open_page(FakeDesk.ordinary(), "home"))


def test_an_empty_workspace_says_what_comes_and_a_full_one_draws(open_page: Opened) -> None:
    said = words(open_page(FakeDesk.empty(), "home"))
    for sentence in ("No curve yet.", "Nothing has traded yet.", "Nothing is held."):
        assert sentence in said
    full = open_page(FakeDesk.full(), "home")
    assert "Industry" in words(full)
    assert words(full).count("<td class='strong '>NVDA</td>") == 6, "the newest fills, not all of them"


def test_without_an_account_nothing_is_made_up(open_page: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    found = paces(monkeypatch)
    desk = FakeDesk.ordinary()
    desk.world.accounts = ()
    assert "No account yet." in words(open_page(desk, "home"))
    assert found["wait"] == 1, "it comes by itself"
    desk.world.accounts = (ACCOUNT, "PAPER-2")
    window = open_page(desk, "home")
    assert "No account chosen." in words(window)
    window.selectbox(key="account:home").set_value("PAPER-2").run()
    assert "Return without deposits" in words(window)


def test_a_period_is_in_the_address(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "home", period="1m")
    assert desk.performance.asked[-1] == (ACCOUNT, Period.MONTH)
    window.segmented_control(key="home_period").set_value("3m").run()
    assert window.query_params["period"] == "3m"
    window.segmented_control(key="home_period").set_value("all").run()
    assert "period" not in window.query_params


def test_practice_is_asked_only_in_practice(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.practice = replace(desk.world.practice, faults=(Fault.DELAYED,))
    desk.world.kind = WorkspaceKind.PAPER
    assert needs(open_page(desk, "home")) == []


def test_a_missed_job_is_planned_again_from_activity(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.missed = [SlotView(job="proof", slot="1", due_at=NOW, words="Prove the books")]
    window = press(open_page(desk, "activity"), "plan:60:proof:1")
    assert desk.jobs.planned == ["proof/1/60"]
    assert "runs 20 Nov 15:32:07 ET" in words(window)
    assert needs(open_page(desk, "home")) == [], "what is planned waits for nobody"


def test_what_was_raised_can_be_read_in_activity(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.journal += [
        replace(desk.world.journal[0], seq=10, kind="alarm", title="Prices do not come in."),
        replace(desk.world.journal[0], seq=11, kind="alarm.over", title="Prices do not come in."),
        replace(desk.world.journal[0], seq=12, kind="alarm.seen", title="Seen: The broker took back a trade."),
    ]
    said = words(open_page(desk, "activity"))
    assert said.index("The broker took back a trade.") < said.index("Prices do not come in.")
    assert "<td class='l '>Over</td>" in said
    assert "Workspace opened" not in said
