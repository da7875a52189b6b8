"""What to do with the predictions: thresholds, costs, capacities, and intervals around amounts."""
