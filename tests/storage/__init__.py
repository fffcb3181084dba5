"""Laws of the storage room."""
