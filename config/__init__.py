"""Settings and tables that a steward edits: what the program is told, and the one place that reads it."""
