"""Adding lines to the corpus by hand, quickly: the model proposes, a person accepts or corrects."""

from collections.abc import Callable
from pathlib import Path

from bot.domain.classification import Classification
from bot.domain.taxonomy import ISSUE_KINDS, Category, Kind, Tier, Urgency, by_label
from classifiers.corpus import HEADER, N

Ask = Callable[[str], str]


def label(text: str, guess: Classification, ask: Ask) -> str | None:
    """The corpus line for *text*, after asking about each column; None if the person skips it with `-`.

    An empty answer accepts the *guess*; otherwise a code, a Chinese name or part of one.
    """
    answer = ask(f"{text}\n类型 [{guess.kind.label}，- 跳过]")
    if answer.strip() == "-":
        return None
    kind = _chosen(Kind, answer, guess.kind, ask)
    columns: list[str] = ["", "", ""]
    if kind in ISSUE_KINDS or kind is Kind.INQUIRY:
        columns = [
            _chosen(Category, ask(f"类别 [{guess.category.label}]"), guess.category, ask),
            _chosen(Tier, ask(f"三事 [{guess.tier.label}]"), guess.tier, ask),
            _chosen(Urgency, ask(f"紧急程度 [{guess.urgency.label}]"), guess.urgency, ask),
        ]
    return "\t".join([kind, *columns, " ".join(text.split())])


def _chosen(words: type[N], answer: str, guess: N, ask: Ask) -> N:
    while answer.strip():
        found = by_label(words, answer)
        if found:
            return found
        answer = ask("没有这一项：" + "、".join(w.label for w in words))
    return guess


def append(path: Path, line: str) -> None:
    """Add *line* at the end of the corpus file *path*; a new file gets its header."""
    start = "" if path.exists() else "\t".join(HEADER) + "\n"
    if path.exists() and not path.read_text("utf-8").endswith("\n"):
        start = "\n"
    with path.open("a", encoding="utf-8") as file:
        file.write(start + line + "\n")
