"""Figures from events: what a period brought, by tier, category, building and body. Definitions: docs/figures.md."""
