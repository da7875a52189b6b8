"""What the service does with a request."""
