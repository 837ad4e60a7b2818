"""The finance workspace: budgets, calendar, investments, allocation keys, cost of service."""
