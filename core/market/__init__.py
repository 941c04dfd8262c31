"""What the market shows: sessions, quotes, bars."""
