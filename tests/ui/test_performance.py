"""Performance: how did I do, said with what it is made of; nothing where there is nothing."""

from decimal import Decimal

from core.channel.facets.performance import Period
from pages.parts.export import text
from tests.fakes.desk import FakeDesk
from tests.ui.opened import Opened, words


def test_the_figures_stand_at_the_head_with_their_formula_and_time(open_page: Opened) -> None:
    said = words(open_page(FakeDesk.ordinary(), "performance"))
    assert "120 sessions measured from close to close · INVENTED PRICES" in said
    assert "+3.82%" in said
    assert "title='End ÷ start − 1. 23 Jul 2026 to 20 Nov 2026.'" in said
    assert "<b>+3,821.40 ↑</b>" in said
    for section in (
        "Growth without deposits",
        "By month",
        "By symbol",
        "By strategy tag",
        "Trades",
        "Risk",
        "Against SPY",
    ):
        assert f"<h2>{section}</h2>" in said
    assert "<h2>By account</h2>" not in said, "there is only one"


def test_two_charts_are_drawn_and_can_be_read_aloud(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "performance")
    growth, falls = (chart.proto for chart in window.get("echarts_chart"))
    assert growth.alt == "Growth since the beginning: Account +7.25% against SPY, dividends put back +4.80%"
    assert falls.alt == "Drawdown, −5.32% at the deepest"


def test_before_there_is_anything_it_says_so_and_leads_on(open_page: Opened) -> None:
    window = open_page(FakeDesk.empty(), "performance")
    assert "Nothing to measure yet." in words(window)
    assert [link.proto.label for link in window.get("page_link")] == ["New order"]
    assert [button.proto.label for button in window.get("download_button")] == ["Report to print"], (
        "no curve, no file of it"
    )


def test_too_few_sessions_are_counted_instead_of_measured(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.sessions = 7
    said = words(open_page(desk, "performance"))
    assert said.count("Needs 20 sessions, there are 7") == 2
    assert "14.12%" not in said


def test_the_period_is_in_the_address_and_comes_back_from_it(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    window = open_page(desk, "performance", period="1m")
    assert [period for _, period in desk.performance.asked][-1:] == [Period.MONTH]
    window.segmented_control(key="period").set_value(Period.QUARTER).run()
    assert [period for _, period in desk.performance.asked][-1:] == [Period.QUARTER]
    assert window.query_params["period"] == "3m"
    window.segmented_control(key="period").set_value(Period.ALL).run()
    assert "period" not in window.query_params
    window = open_page(desk, "performance", period="'; DROP TABLE")
    assert [period for _, period in desk.performance.asked][-1:] == [Period.ALL]


def test_with_two_accounts_the_person_says_which_and_they_are_never_added_up(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.accounts = ("PRACTICE-1", "IRA-2")
    window = open_page(desk, "performance")
    assert "No account chosen." in words(window)
    assert not desk.performance.asked
    window.radio(key="account_choice").set_value("IRA-2").run()
    assert desk.performance.asked[-1][0] == "IRA-2"
    assert window.query_params["account"] == "IRA-2"
    assert "<h2>By account</h2>" in words(window)
    assert open_page(desk, "performance", account="IRA-2")
    assert desk.performance.asked[-1][0] == "IRA-2"


def test_what_could_not_be_measured_is_said(open_page: Opened) -> None:
    desk = FakeDesk.ordinary()
    desk.world.gaps = ("25 Nov: There was no price for <AAPL>.",)
    said = words(open_page(desk, "performance"))
    assert "1 thing could not be measured." in said
    assert "25 Nov: There was no price for &lt;AAPL&gt;." in said


def test_a_file_for_a_spreadsheet_keeps_every_digit_and_runs_nothing() -> None:
    rows = [("=cmd()", Decimal("1234.500000000"), None, 0.1), ("a,b", Decimal("1E+3"), None, 2)]
    assert text(("name", "gain", "x", "y"), rows) == 'name,gain,x,y\n\'=cmd(),1234.5,,0.1\n"a,b",1000,,2\n'


def test_its_files_are_offered(open_page: Opened) -> None:
    window = open_page(FakeDesk.ordinary(), "performance")
    labels = [button.proto.label for button in window.get("download_button")]
    assert labels[:4] == ["Curve as CSV", "Months as CSV", "Symbols as CSV", "Report to print"]
