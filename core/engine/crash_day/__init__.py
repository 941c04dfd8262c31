"""Survive a crash day: a guided session in the practice market that ends in a report."""
