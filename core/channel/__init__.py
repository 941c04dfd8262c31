"""The only door to an engine: a socket on this machine, typed messages, tables as Arrow."""
