"""What the finance workspace computes, without Django."""
