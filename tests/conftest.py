"""What all tests share: one trained model, kept between runs as long as its data and code stay the same."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from classifiers.corpus import DATA, fingerprint
from classifiers.store import exists
from classifiers.training import train

LEXICON = Path(__file__).parents[1] / "config" / "lexicon.toml"


def _key() -> str:
    """A hash of everything that the model is made of, and of the lexicon beside it."""
    digest = hashlib.sha256(fingerprint(DATA).encode() + LEXICON.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def model_dir(pytestconfig: pytest.Config) -> Path:
    """The directory of a model trained on the corpus as it is now."""
    directory = Path(pytestconfig.rootpath) / ".pytest_cache" / "models" / _key()
    if not exists(directory):
        fresh = directory.with_name(f"{directory.name}.{os.getpid()}")
        train(fresh)
        try:
            fresh.rename(directory)
        except OSError:  # another run was quicker
            shutil.rmtree(fresh)
    return directory
