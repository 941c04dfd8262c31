"""Values and rules of trading; nothing here reads a clock, a file or a socket."""
