"""How rough a day is: what requests meet, what is overheard, and what the disk does."""

from dataclasses import dataclass
from random import Random
from typing import Final

from tests.fakes.broker import Answer

ANSWERS: Final = (
    Answer.REJECT,
    Answer.TIMEOUT_AFTER,
    Answer.TIMEOUT_BEFORE,
    Answer.REPLY_LOST,
    Answer.REQUEST_LOST,
    Answer.LATE,
    Answer.TWICE,
    Answer.DOWN,
    Answer.KILLED_BEFORE,
    Answer.KILLED_AFTER,
    Answer.KILLED_LATE,
)
READS: Final = ("orders", "executions", "positions", "cash", "activities")
LOST: Final = (Answer.LATE, Answer.LATE, Answer.REQUEST_LOST, Answer.REJECT, Answer.DOWN, Answer.TIMEOUT_BEFORE)


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How rough a day is: chances per request, per report and per statement."""

    answers: float = 0.0  # a request meets anything but a plain answer
    deaf: float = 0.0  # a word on the stream is lost
    twice: float = 0.0  # a report is told twice
    disorder: float = 0.0  # reports overtake each other
    crash: float = 0.0  # the process dies during a write
    disk: float = 0.0  # a write fails
    eager: float = 0.5  # the sending thread is faster than the desk
    fog: bool = False  # requests get lost on their way out, or arrive much later
    sick: str = ""  # one kind of question the broker cannot answer all day …
    sickness: Answer = Answer.REJECT  # … and how it fails
    companies: bool = False  # names split and go without their dividends


CALM: Final = Weather()


def any_weather(rng: Random) -> Weather:
    """From a calm day to a bad one."""

    def pick(*chances: float) -> float:
        return rng.choice(chances)

    return Weather(
        answers=pick(0.0, 0.1, 0.3, 0.6),
        deaf=pick(0.0, 0.0, 0.3, 1.0),
        twice=pick(0.0, 0.2),
        disorder=pick(0.0, 0.0, 0.3),
        crash=pick(0.0, 0.003, 0.02),
        disk=pick(0.0, 0.0, 0.01),
        eager=pick(0.0, 0.5, 1.0),
        fog=rng.random() < 0.25,
        sick=rng.choice(READS) if rng.random() < 0.3 else "",
        sickness=rng.choice((Answer.REJECT, Answer.LATE, Answer.REQUEST_LOST)),
    )
