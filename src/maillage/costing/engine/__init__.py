"""What costs and budgets compute; pure, no Django."""
