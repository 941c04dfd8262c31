"""The family of lot methods: which shares a sale sells."""

from core.family import Family
from core.ledger.lot_methods.base import LotMethod

LOT_METHODS: Family[LotMethod] = Family("core.ledger.lot_methods", LotMethod)
