"""Documents as pages of lines: what a file is, what it says, how a page looks. No Django."""
