"""Every input against the target, and the target by itself."""
