"""What the years after the hand-over need: retraining on a new file, and telling that the world has moved on."""
