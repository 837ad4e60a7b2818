"""An app of the tests alone: one noun, declared as a room declares its own."""
