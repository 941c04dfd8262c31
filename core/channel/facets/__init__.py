"""One file per noun: its verbs, and the views they return."""
