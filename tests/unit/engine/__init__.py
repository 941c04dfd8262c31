"""The engine's own threads, jobs, checks and views."""
