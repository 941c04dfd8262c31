"""Pictures of every page, taken from a workspace that is always the same."""
