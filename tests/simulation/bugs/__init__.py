"""Faults planted in the real desk on purpose: a harness that does not catch them proves nothing."""

from tests.simulation.bugs import closing, doubt, hearing, keeping, reading, sending
from tests.simulation.bugs.planting import BUGS, Bug

__all__ = ["BUGS", "Bug", "closing", "doubt", "hearing", "keeping", "reading", "sending"]
