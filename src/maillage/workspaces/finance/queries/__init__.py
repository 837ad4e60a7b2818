"""What may be read of the finance room, and in which shape."""
