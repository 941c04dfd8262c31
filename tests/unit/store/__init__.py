"""The store under hostile hands: what is on the disk, and what must not get there."""
