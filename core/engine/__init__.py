"""One process per open workspace: joins the parts, runs the desk thread, serves the channel."""
