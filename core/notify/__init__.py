"""Telling a person who is not looking: what is worth telling, when, in which words, and by which ways."""
