"""The family of checks before a trade."""

from core.family import Family
from core.risk.checks.base import RiskCheck

CHECKS: Family[RiskCheck] = Family("core.risk.checks", RiskCheck)
