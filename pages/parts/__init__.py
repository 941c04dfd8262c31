"""What several pages share: the way to the desk, how numbers are written, small pieces of screen."""
