"""The classifier as it is shipped."""

from pathlib import Path

import pytest

from classifiers import TextClassifier, load_classifier


@pytest.fixture(scope="session")
def classifier(model_dir: Path) -> TextClassifier:
    """The model of the session."""
    return load_classifier(model_dir)
