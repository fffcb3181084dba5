"""Real counterparts, written by others."""
