"""How good one estimator is: its headline, the goal, the ceiling, and its views."""
