"""Style guide."""
