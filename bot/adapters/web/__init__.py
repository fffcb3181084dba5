"""The simulated group of `demo`: a platform like the others, whose people sit in one page of a browser."""
