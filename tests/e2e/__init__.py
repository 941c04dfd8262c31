"""What a person does, with the real window, the real engine and a real browser."""
