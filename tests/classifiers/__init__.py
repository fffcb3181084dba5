"""What the classifier promises."""
