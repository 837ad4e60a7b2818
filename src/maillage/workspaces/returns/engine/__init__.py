"""Computations of returns, without Django."""
