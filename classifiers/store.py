"""A model as a directory: `model.npz` for numbers and words, `model.json` for what it is. Nothing in it is code.

A directory that is broken, foreign or from a newer program is a `ConfigError` with one clear sentence.
"""

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.domain.errors import ConfigError
from classifiers.model import COLUMNS, HEADS, LATE, Model
from classifiers.segmentation import Dictionary

#: The form of the directory. A program reads its own form only.
FORMAT = 1
NUMBERS, ABOUT = "model.npz", "model.json"
#: The part of the description that says what was learned from use.
LEARNED = "learned"
_AGAIN = "train it again: python -m classifiers train"


def default_directory() -> Path:
    """Where the model stands: `$LOUSHI_DATA_DIR/model`, or `data/model` here."""
    return Path(os.environ.get("LOUSHI_DATA_DIR", "data")) / "model"


def exists(directory: Path) -> bool:
    """Does something that calls itself a model stand there?"""
    return (directory / ABOUT).is_file()


def made_of(directory: Path) -> str:
    """The fingerprint of what the model in *directory* was made of; empty if none can be read."""
    return str(described(directory).get("data", ""))


def learned(directory: Path) -> dict[str, Any]:
    """What the model in *directory* learned from use, as its description says; empty if nothing."""
    found = described(directory).get(LEARNED)
    return found if isinstance(found, dict) else {}


def described(directory: Path) -> dict[str, Any]:
    """The description of the model in *directory*, unchecked; empty if none can be read."""
    try:
        found = json.loads((directory / ABOUT).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def spare(directory: Path) -> Path:
    """Where a model of the corpus alone may stand: beside *directory* if the one in there learned from use."""
    return directory.with_name(f"{directory.name}-corpus") if learned(directory) else directory


def note(directory: Path, **facts: object) -> None:
    """Add *facts* to what the description of the model in *directory* says of learning from use."""
    about = described(directory)
    about[LEARNED] = {**learned(directory), **facts}
    _describe(directory, about)


def adopt(fresh: Path, directory: Path) -> None:
    """Put the model in *fresh* in the place of the one in *directory*, the description last."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in (NUMBERS, ABOUT):
        part = directory / f"{name}.new"
        shutil.copyfile(fresh / name, part)
        part.replace(directory / name)


def save(directory: Path, model: Model, dictionary: Dictionary, simplified: dict[int, str]) -> None:
    """Write *model* and the tables its texts are read by; an old one there is replaced when all is written."""
    directory.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {
        "weights": model.weights.astype(np.float16),
        "lengths": model.weights[:, -1],
        "bias": model.bias,
        "habits": model.habits,
        "dictionary": _packed(dictionary),
        "odds": np.fromiter(dictionary.values(), np.float32, len(dictionary)),
        "simplified": _packed([chr(code) + plain for code, plain in simplified.items()]),
    }
    arrays |= {f"rows{i}": _packed(table) for i, table in enumerate(model.rows)}
    about = {
        "format": FORMAT,
        "heads": {name: list(labels) for name, labels in HEADS.items()},
        "platt": list(model.platt),
        "temperature": model.temperature,
        **model.about,
    }
    _replace(directory / NUMBERS, arrays)
    _describe(directory, about)


def _describe(directory: Path, about: dict[str, Any]) -> None:
    part = directory / (ABOUT + ".part")
    part.write_text(json.dumps(about, ensure_ascii=False, indent=1), "utf-8")
    part.replace(directory / ABOUT)


def _replace(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    part.replace(path)


def load(directory: Path) -> tuple[Model, Dictionary, dict[int, str]]:
    """The model in *directory*, its dictionary and its table of characters. Raises `ConfigError`."""
    about = _about(directory)
    try:
        with np.load(directory / NUMBERS, allow_pickle=False) as arrays:
            return _assembled(about, {name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, KeyError, TypeError, EOFError, IndexError, zipfile.BadZipFile) as error:
        raise ConfigError(f"{directory / NUMBERS}: the model is damaged ({error}); {_AGAIN}") from error


def _about(directory: Path) -> dict[str, Any]:
    try:
        about = json.loads((directory / ABOUT).read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{directory}: no model stands here; {_AGAIN}") from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{directory / ABOUT}: this is no description of a model; {_AGAIN}") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        form = about.get("format") if isinstance(about, dict) else None
        raise ConfigError(f"{directory}: the model has form {form!r}, this program reads form {FORMAT}; {_AGAIN}")
    if about.get("heads") != {name: list(labels) for name, labels in HEADS.items()}:
        raise ConfigError(f"{directory}: the model decides on other labels than this program; {_AGAIN}")
    return about


def _assembled(about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> tuple[Model, Dictionary, dict[int, str]]:
    weights = arrays["weights"].astype(np.float32)
    weights[:, -1] = arrays["lengths"]
    tables = [_unpacked(arrays[f"rows{i}"]) for i in range(3)]
    if weights.shape != (1 + sum(map(len, tables)), COLUMNS + 1) or arrays["bias"].shape != (COLUMNS,):
        raise ValueError("its tables and weights do not fit together")
    if arrays["habits"].shape != (len(HEADS["category"]), LATE.stop - LATE.start):
        raise ValueError("its habits are of another shape")
    if not all(np.isfinite(numbers).all() for numbers in (weights, arrays["bias"], arrays["habits"])):
        raise ValueError("its weights are not finite")
    starts = np.cumsum([1, *map(len, tables)]).tolist()
    words, grams, signals = (
        dict(zip(table, range(start, start + len(table)), strict=True))
        for table, start in zip(tables, starts, strict=False)
    )
    slope, offset = map(float, about["platt"])
    model = Model(
        rows=(words, grams, signals),
        weights=weights,
        bias=arrays["bias"].astype(np.float32),
        platt=(slope, offset),
        temperature=float(about["temperature"]),
        habits=arrays["habits"].astype(np.float32),
        about=about,
    )
    dictionary = dict(zip(_unpacked(arrays["dictionary"]), arrays["odds"].tolist(), strict=True))
    return model, dictionary, {ord(pair[0]): pair[1:] for pair in _unpacked(arrays["simplified"])}


def _packed(words: Any) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _unpacked(data: NDArray[np.uint8]) -> list[str]:
    return data.tobytes().decode().split("\n")
