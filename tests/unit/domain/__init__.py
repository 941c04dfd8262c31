"""Money and orders as values."""
