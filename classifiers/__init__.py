"""Text to classification: what a message is, what it is about, whose business, how pressing, and why."""

from classifiers.ensemble import TextClassifier, load_classifier

__all__ = ["TextClassifier", "load_classifier"]
