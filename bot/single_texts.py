"""Scores classifications of single texts against the answers that annotators accept.

Definitions are those that the texts came with: where the annotators differed on whether a text is an issue, it counts
in no figure; category, tier and urgency are judged over issues, and of several accepted answers each is right.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.domain.classification import Classification
from bot.domain.errors import ConfigError

Row = dict[str, Any]
_FIELDS = ("category", "tier", "urgency")


def read_texts(path: Path) -> list[Row]:
    """The texts of *path*, one JSON object a line, with the answers that are accepted. Raises `ConfigError`."""
    try:
        rows: list[Row] = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: 读不了：{error}") from error
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not {"text", "issue", *_FIELDS} <= set(row):
            raise ConfigError(f"{path}: 第 {number} 条要有 text、issue、category、tier、urgency")
    return rows


def score_texts(golds: Sequence[Row], found: Sequence[Classification]) -> dict[str, float]:
    """The figures of *found*, which are the classifications of *golds* in the same order."""
    pairs = list(zip(golds, found, strict=True))
    about = [(gold, said) for gold, said in pairs if gold["issue"]]
    hits = {f: sum(getattr(said, f) in gold[f] for gold, said in about) / max(1, len(about)) for f in _FIELDS}
    return {
        "issue F1, single texts": _issue_f1(pairs),
        "category macro-F1, single texts": _macro_f1(about),
        "tier accuracy, single texts": hits["tier"],
        "urgency accuracy, single texts": hits["urgency"],
    }


def wrong_texts(golds: Sequence[Row], found: Sequence[Classification]) -> list[str]:
    """What was read wrongly, in lines for a person."""
    lines = []
    for gold, said in zip(golds, found, strict=True):
        if gold["issue"] is not None and said.is_issue != gold["issue"]:
            lines.append(f"issue={gold['issue']} read as {said.kind}: {gold['text']}")
        for field in _FIELDS:
            if gold["issue"] and getattr(said, field) not in gold[field]:
                lines.append(f"{field} {'/'.join(gold[field])} read as {getattr(said, field)}: {gold['text']}")
    return lines


def _issue_f1(pairs: Sequence[tuple[Row, Classification]]) -> float:
    judged = [(bool(gold["issue"]), said.is_issue) for gold, said in pairs if gold["issue"] is not None]
    hits = sum(wanted and said for wanted, said in judged)
    return 2 * hits / max(1, sum(wanted + said for wanted, said in judged))


def _macro_f1(about: Sequence[tuple[Row, Classification]]) -> float:
    """The mean F1 of the categories that stand first among the accepted ones."""
    counts: dict[str, Counter[str]] = {}
    for gold, said in about:
        right = said.category in gold["category"]
        counts.setdefault(gold["category"][0], Counter())["hit" if right else "missed"] += 1
        if not right:
            counts.setdefault(str(said.category), Counter())["invented"] += 1
    wanted = [c for c in counts.values() if c["hit"] + c["missed"]]
    f1s = [2 * c["hit"] / (2 * c["hit"] + c["missed"] + c["invented"]) for c in wanted]
    return sum(f1s) / max(1, len(f1s))
