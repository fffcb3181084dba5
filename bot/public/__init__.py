"""The public page (公示): what an estate raised and what became of it, for everybody, and nothing about anybody."""
