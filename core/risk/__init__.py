"""Checks before a trade, and who may trade at all."""
