"""What each kind of chosen day is like. The chosen days are part of the market's key."""

from dataclasses import dataclass
from typing import Final

from core.domain.chosen import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """How a day differs from an ordinary one, whatever the name."""

    spread: float = 1.0
    size: float = 1.0
    volume: float = 1.0
    noise: float = 1.0  # of shared moves on their way through the day, around a straight line
    alone: float = 1.0  # of what a name does alone
    gap: tuple[float, float] | None = None  # the market's, between these; None = as it comes
    move: tuple[float, float] | None = None
    either_way: bool = False  # up or down by chance
    in_crisis: bool = False  # names move together as in the worst weeks
    profile: tuple[tuple[float, float], ...] = ()  # share of the session, share of the day's move made by then
    stumbles: float = 0.0  # how deep single names may fall for some minutes, at most
    stumbles_at: float = 0.0  # share of the session


ORDINARY: Final = Character()
# Bad times come on top of these: together spreads of three to five times the usual, a third of the sizes, thrice the volume.
# A crash stops at −7 % under the market-wide rule and ends the day near its low.
CRASH: Final = Character(
    spread=2.4,
    size=0.6,
    volume=1.8,
    noise=0.9,
    alone=0.75,
    gap=(-0.016, -0.010),
    move=(-0.070, -0.058),
    in_crisis=True,
    profile=((0, 0), (0.15, 0.32), (0.26, 0.55), (0.32, 0.88), (0.45, 0.72), (0.6, 1.0), (0.78, 1.28), (1, 1)),
)
# 2010-05-06: low −8.58 %, close −3.24 %. Today's rules stop it at −7 %, so the low comes after the stop.
FLASH_CRASH: Final = Character(
    spread=2.0,
    size=0.7,
    volume=1.4,
    noise=0.5,
    gap=(-0.0025, -0.0015),
    move=(-0.0309, -0.0309),
    in_crisis=True,
    profile=(
        *((0, 0), (0.4, 0.3), (0.76, 0.9), (0.796, 1.35), (0.802, 2.36), (0.842, 2.55)),
        *((0.852, 2.84), (0.862, 2.5), (0.9, 1.3), (0.95, 1.1), (1, 1)),
    ),
    stumbles=0.12,
    stumbles_at=0.782,
)
CHARACTERS: Final = {
    Kind.CALM: Character(noise=0.5, alone=0.6, spread=0.95, gap=(-0.001, 0.001), move=(-0.002, 0.002)),
    Kind.TREND: Character(noise=0.6, alone=0.8, volume=1.2, gap=(0.002, 0.004), move=(0.014, 0.022), either_way=True),
    Kind.CRASH: CRASH,
    Kind.FLASH_CRASH: FLASH_CRASH,
    Kind.THIN: Character(spread=2.2, size=0.3, volume=0.3, noise=0.9),
}
