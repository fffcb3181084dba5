"""A model directory is data, checked before it is believed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.domain.errors import ConfigError
from classifiers import TextClassifier, load_classifier
from classifiers.store import ABOUT, NUMBERS


@pytest.fixture
def copy(model_dir: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_dir, tmp_path / "model"))


def _refused(directory: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_classifier(directory)
    said = str(caught.value)
    assert str(directory) in said
    assert "train it again" in said
    assert "\n" not in said
    return said


def test_no_model_is_said_plainly(tmp_path: Path) -> None:
    """An empty directory is no model, and the sentence says how to make one."""
    assert "no model stands here" in _refused(tmp_path)


@pytest.mark.parametrize("keep", [0, 100, 100_000])
def test_a_cut_off_file_is_damaged(copy: Path, keep: int) -> None:
    """A file that was not written to its end is refused."""
    path = copy / NUMBERS
    path.write_bytes(path.read_bytes()[:keep])
    assert "damaged" in _refused(copy)


def test_pickled_arrays_are_never_loaded(copy: Path) -> None:
    """Arrays of objects, which would run code when read, are refused."""
    np.savez(copy / NUMBERS, weights=np.array([{"a": 1}], dtype=object))
    assert "damaged" in _refused(copy)


@pytest.mark.parametrize(
    "change",
    [{"format": 99}, {"format": "1"}, {"heads": {}}, {"platt": "steep"}, {"platt": [1]}, {"temperature": None}],
)
def test_a_foreign_or_newer_description_is_refused(copy: Path, change: dict[str, object]) -> None:
    """Another form, other labels or numbers that are none are refused before anything is computed."""
    path = copy / ABOUT
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    _refused(copy)


@pytest.mark.parametrize("text", ["", "[]", "{", "null"])
def test_a_description_that_is_no_json_object_is_refused(copy: Path, text: str) -> None:
    """What does not describe a model is not guessed at."""
    (copy / ABOUT).write_text(text, "utf-8")
    _refused(copy)


def test_weights_that_are_not_finite_are_refused(copy: Path) -> None:
    """A model with infinite weights would answer nonsense for ever; it is not loaded."""
    with np.load(copy / NUMBERS) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    kept["weights"][3, 3] = np.inf
    np.savez(copy / NUMBERS, **kept)
    assert "finite" in _refused(copy)


def test_the_description_says_what_it_was_trained_on(classifier: TextClassifier) -> None:
    """A model knows its data by hash and count, and whose voices it heard."""
    about = classifier.model.about
    assert len(about["data"]) == 64
    assert about["examples"] > 9_000
    assert "formal" in about["writers"]
