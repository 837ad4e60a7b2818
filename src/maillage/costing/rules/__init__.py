"""What keys, counts, studies and the analytical plan must hold, and who writes them. Pure."""
