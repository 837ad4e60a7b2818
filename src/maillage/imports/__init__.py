"""Files sent, reviewed, applied: one way for every room. Knows no room."""
