"""Columns beside each other: how they go together, and which are blank together."""
