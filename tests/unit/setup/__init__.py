"""Setting up: the first minute, the locks, and what the window's server refuses."""
