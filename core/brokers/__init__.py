"""The family of brokers: one file or folder each."""

from core.brokers.base import Broker
from core.family import Family

BROKERS: Family[Broker] = Family("core.brokers", Broker)
