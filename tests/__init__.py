"""Everything that must stay true, and how it is shown."""
