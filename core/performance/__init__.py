"""How well it went: returns, risk, trades and costs, worked out from what is in the books. Pure functions, no clock, no disk."""
