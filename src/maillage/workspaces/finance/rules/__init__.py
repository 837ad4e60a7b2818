"""What the finance room allows, to whom and when. Pure."""
