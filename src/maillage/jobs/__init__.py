"""Long work, followed and cancellable, and work that recurs. Knows no room."""
