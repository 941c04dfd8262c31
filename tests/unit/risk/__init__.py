"""The gate, its checks, limits and trading levels, one case at a time."""
