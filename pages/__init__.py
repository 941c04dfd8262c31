"""One page per file; each is a script read from top to bottom."""
