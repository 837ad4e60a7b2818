"""What money is planned, how it is shared and what a service costs: cited by every workspace."""
