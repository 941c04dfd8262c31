"""The family of corporate actions: what a company does to its shares, in lots and money."""

from core.family import Family
from core.ledger.corporate_actions.base import CorporateAction

CORPORATE_ACTIONS: Family[CorporateAction] = Family("core.ledger.corporate_actions", CorporateAction)
