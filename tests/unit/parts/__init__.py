"""The parts of the window that are only words, numbers and colours."""
