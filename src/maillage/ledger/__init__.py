"""The books of the chambers: read, checked, mapped to a common chart and consolidated."""
