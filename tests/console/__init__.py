"""What the worker sees of the tickets."""
