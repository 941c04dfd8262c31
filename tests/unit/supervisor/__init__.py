"""The supervisor: engines that crash, end, refuse and hang."""
