"""The classifier that the session's model makes."""

from pathlib import Path

import pytest

from classifiers import TextClassifier, load_classifier


@pytest.fixture(scope="session")
def classifier(model_dir: Path) -> TextClassifier:
    """The classifier with the lexicon that comes along."""
    return load_classifier(model_dir)
