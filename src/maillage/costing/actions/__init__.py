"""The only writers of keys, recharges, volumes, studies and axes."""
