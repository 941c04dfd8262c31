"""What keeps the house in shape."""
