"""A limit as a person would say it, and may type it."""

from decimal import Decimal

from pages.parts.words import count, quantity


def written(value: Decimal, unit: str) -> str:
    if unit == "share":
        return f"{count(value * 100)}%"
    return f"{quantity(value)} USD" if unit == "money" else f"{count(value)}{' s' if unit == 'seconds' else ''}"
