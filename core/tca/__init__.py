"""What trading cost, measured afterwards: every fill against the market it met."""
