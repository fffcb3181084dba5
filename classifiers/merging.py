"""How well `similarity` tells the same matter from another of the same kind, on published pairs of messages."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.domain.errors import ConfigError
from classifiers.ensemble import TextClassifier

PAIRS, MESSAGES = "teddy_dup_pairs.jsonl", "teddy_f3.jsonl"
_SEED = 1


def average_precision(folder: Path, classifier: TextClassifier, field: str = "text") -> float:
    """The area under precision and recall when the pairs of *folder* stand among as many random ones that the
    classifier holds for the same category. Raises `ConfigError`."""
    texts = {row["id"]: row[field] for row in _rows(folder / MESSAGES)}
    same = [(row["a"], row["b"]) for row in _rows(folder / PAIRS) if row.get("label") == 1]
    same = [(a, b) for a, b in same if a in texts and b in texts]
    pairs = [(a, b, True) for a, b in same] + [(a, b, False) for a, b in _others(same, texts, classifier)]
    return precision_of(pairs, lambda a, b: classifier.similarity(texts[a], texts[b]))


def precision_of(pairs: list[tuple[str, str, bool]], similarity: Callable[[str, str], float]) -> float:
    """The average precision of *pairs*, true ones marked, in the order of *similarity*."""
    ranked = sorted(((similarity(a, b), not true) for a, b, true in pairs), reverse=True)
    hits, total = 0, 0.0
    for place, (_, is_false) in enumerate(ranked, start=1):
        if not is_false:
            hits += 1
            total += hits / place
    return total / max(1, hits)


def _others(
    same: list[tuple[str, str]], texts: dict[str, str], classifier: TextClassifier
) -> Iterator[tuple[str, str]]:
    """As many random pairs of one category, of different matters: a matter is what pairs of *same* hold together."""
    chance = random.Random(_SEED)  # noqa: S311  (nothing to guess here)
    ids = sorted(texts)
    found = classifier.classify_many([texts[i] for i in ids])
    category = {i: c.category for i, c in zip(ids, found, strict=True)}
    by_category: dict[str, list[str]] = {}
    for i in ids:
        by_category.setdefault(category[i], []).append(i)
    matter = _matters(same)
    for first, _ in same:
        pool = [i for i in by_category[category[first]] if matter.get(i, i) != matter[first]]
        if pool:
            yield first, chance.choice(pool)


def _matters(same: list[tuple[str, str]]) -> dict[str, str]:
    """One name for all messages that a chain of pairs connects."""
    name: dict[str, str] = {}
    for a, b in same:
        old, new = name.setdefault(b, b), name.setdefault(a, a)
        name.update({i: new for i, n in name.items() if n == old})
    return name


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except OSError as error:
        raise ConfigError(f"{path}: the published pairs cannot be read; --data names their folder") from error
