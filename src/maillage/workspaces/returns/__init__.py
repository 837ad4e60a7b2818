"""Returns: what a network owes to others about its management, defined, filled, checked, sent."""
