"""The family of monitors: what is looked at again and again while the desk is open."""

from core.family import Family
from core.risk.monitors.base import Monitor

MONITORS: Family[Monitor] = Family("core.risk.monitors", Monitor)
