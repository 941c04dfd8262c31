"""The invented market: real names, invented prices, the same for everyone with the same seed."""
