"""The simulated group, without a browser."""
