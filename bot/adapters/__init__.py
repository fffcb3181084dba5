"""The platforms, one folder each; the only importers of platform libraries."""
