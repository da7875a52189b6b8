"""Rows beside each other: equal ones, and those about the same thing."""
