"""Where an estimator fails: weak groups of rows, slices of a column, fairness between groups."""
