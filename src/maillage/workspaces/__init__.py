"""One room per support function; none knows another."""
