"""Which estimator: all candidates compared beyond chance; how a run came to them; two runs side by side."""
