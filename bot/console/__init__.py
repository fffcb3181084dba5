"""What community workers see of the tickets in a browser."""
