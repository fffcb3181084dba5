"""The same tree again, with the laws that each room keeps."""
