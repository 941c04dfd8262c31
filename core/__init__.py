"""The trading desk: everything below the window."""
