"""Two tables of the same shape beside each other."""
