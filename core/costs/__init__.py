"""What trading costs: shared by practice fills, previews and measures afterwards."""
