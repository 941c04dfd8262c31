"""What trading cost, and whether it adds up."""
