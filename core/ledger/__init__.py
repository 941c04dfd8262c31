"""The books: what every fill and every difference does to positions, lots and cash."""
