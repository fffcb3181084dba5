"""A table of sentences that a person without programming can extend."""

from pathlib import Path

import pytest

from classifiers import TextClassifier

_ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "sentences.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith(("#", "expected\t"))
]
#: A statistical model may miss a few of them; a sentence that must never be missed belongs into `test_rules`.
_ALLOWED = 0.06


def _wrong(classifier: TextClassifier, column: int, said: str) -> list[str]:
    rows = [row for row in _ROWS if row[column] != "*"]
    found = classifier.classify_many([row[4] for row in rows])
    return [
        f"{row[4]} → {value}"
        for row, value in zip(rows, (getattr(c, said) for c in found), strict=True)
        if value != row[column]
    ]


def test_a_sentence_is_an_issue_or_not_as_the_table_says(classifier: TextClassifier) -> None:
    """At most six in a hundred sentences of the table are taken for issues wrongly or missed."""
    found = classifier.classify_many([row[4] for row in _ROWS])
    wrong = [row[4] for row, c in zip(_ROWS, found, strict=True) if c.is_issue != (row[0] == "issue")]
    assert len(wrong) <= _ALLOWED * len(_ROWS), wrong


@pytest.mark.parametrize(("column", "said"), [(1, "category"), (2, "tier"), (3, "urgency")])
def test_a_sentence_is_about_what_the_table_says(classifier: TextClassifier, column: int, said: str) -> None:
    """At most one in ten categories, tiers and urgencies of the table is answered differently."""
    wrong = _wrong(classifier, column, said)
    assert len(wrong) <= max(1, sum(row[column] != "*" for row in _ROWS) // 10), wrong


@pytest.mark.parametrize("text", [row[4] for row in _ROWS if row[3] == "emergency"])
def test_an_emergency_is_never_missed(classifier: TextClassifier, text: str) -> None:
    """Every emergency of the table is an issue and an emergency."""
    found = classifier.classify_many([text])[0]
    assert (found.is_issue, found.urgency) == (True, "emergency")
