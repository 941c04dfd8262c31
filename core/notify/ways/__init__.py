"""The family of ways to reach a person."""

from core.family import Family
from core.notify.ways.base import Way

WAYS: Family[Way] = Family("core.notify.ways", Way)
