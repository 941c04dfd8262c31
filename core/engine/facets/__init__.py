"""The facets as the engine answers them: each hops onto the desk thread and back."""
