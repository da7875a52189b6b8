"""One column in numbers, by its meaning."""
