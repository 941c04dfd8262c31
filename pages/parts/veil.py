"""Sentences from elsewhere with their amounts covered, while amounts are hidden; dates, times, counts and percentages stay."""

import re
from typing import Final

from pages.parts.display import hidden

COVER: Final = "•••"
_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_UNITS: Final = "bps|s|ms|min|h|minute|hour|second|session|day|order|position|stop|fill|row|name|notice|job|time|symbol"
_PARTS: Final = re.compile(
    r"(?P<kept>"
    r"\d{8}-\d{6,}"  # an order's id
    r"|\d{4}-\d\d-\d\d"
    rf"|\b\d{{1,2}} (?:{_MONTHS})\w*(?: \d{{4}})?"
    r"|\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?"
    rf"|[−+-]?\d[\d,]*(?:\.\d+)?(?:[ \u00a0]?[%×]|[ \u00a0](?:{_UNITS})s?\b)"
    r"|\b(?:Run|run|process|row|no\.) \d+"
    r"|[^\W\d][\w.-]*"  # a word, and what is written together with it
    r")|[−+-]?\d[\d,]*(?:\.\d+)?(?: [↑↓])?"
)


def veil(text: str) -> str:
    """As it is, while nothing is hidden. What is not known to be harmless is covered."""
    return _PARTS.sub(lambda part: part["kept"] or COVER, text) if hidden() else text
