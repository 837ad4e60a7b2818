"""What can be done with books as plain files and plain data; knows nothing of Django."""
