"""The channel: what may cross it, who may speak, and what a broken caller cannot do."""
