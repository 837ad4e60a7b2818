"""What may be read of budgets, keys, recharges, volumes and studies."""
