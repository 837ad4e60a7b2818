"""What may be read of returns, and what they are filled from."""
