"""What Streamlit makes of a painted table is what it makes of pandas' own Styler, only sooner."""

import pandas as pd
import pyarrow as pa
from streamlit.dataframe_util import convert_anything_to_arrow_bytes
from streamlit.elements.lib.pandas_styler_utils import marshall_styler
from streamlit.proto.ArrowData_pb2 import ArrowData

from pages.parts.painted import cell, painted

VALUES: dict[str, list[object]] = {"symbol": ["AAPL", "'=1+1", "KO"], "gain": [1.5, -2.0, None], "count": [3, 4, 5]}
TEXTS = {"symbol": ["AAPL", "'=1+1", "KO"], "gain": ["+1.50 ↑", "−2.00 ↓", "–"], "count": ["3", "4", "5"]}
UP, DOWN, STRONG = ("color", "green"), ("color", "red"), ("font-weight", "600")


def told(styler: object) -> tuple[dict[str, list[str]], dict[str, str], bytes]:
    """The words of each column, each cell's rule, and the values themselves."""
    data = ArrowData()
    marshall_styler(data, styler, "t")  # type: ignore[arg-type]
    words = pa.ipc.open_stream(data.styler.display_values).read_all().to_pydict()
    rules = {}
    for line in data.styler.styles.splitlines():
        cells, _, rule = line.partition(" { ")
        rules.update({one.strip(): rule.strip(" }") for one in cells.split(",")})
    return words, rules, convert_anything_to_arrow_bytes(styler)


def test_it_is_what_pandas_would_have_worked_out() -> None:
    ours = painted(
        VALUES,
        TEXTS,
        {UP: [cell(0, 1)], DOWN: [cell(1, 1)], STRONG: [cell(row, 0) for row in range(3)], ("x", "y"): []},
        "a1",
    )
    ways = {"symbol": str, "gain": lambda value: TEXTS["gain"][0 if value > 0 else 1], "count": str}
    theirs = pd.DataFrame(VALUES).style.set_uuid("a1").format(ways, na_rep="–")  # type: ignore[arg-type]
    theirs = theirs.map(lambda _: "font-weight: 600", subset=["symbol"])
    theirs = theirs.map(
        lambda value: "color: green" if value > 0 else "color: red" if value < 0 else "", subset=["gain"]
    )
    words, rules, values = told(ours)
    assert words == TEXTS
    assert (words, rules, values) == told(theirs)
