"""Will a column be known at the moment of prediction? Signs in data and names, and the answer suggested."""
