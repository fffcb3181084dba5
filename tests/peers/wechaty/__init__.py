"""The adapter against a real Node puppet server."""
