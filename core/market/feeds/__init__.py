"""The family of market data sources."""

from core.family import Family
from core.market.feeds.base import Feed

FEEDS: Family[Feed] = Family("core.market.feeds", Feed)
