"""The laws of the corpus: readable, labelled with known codes, no sentence twice."""

from collections import Counter
from pathlib import Path

import pytest

from bot.domain.errors import ConfigError
from classifiers.corpus import DATA, read_conversation, read_corpus, read_singles


def _trigrams(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _near_duplicates(texts: list[str], limit: float) -> list[tuple[str, str]]:
    """Pairs above *limit*, found by the rarest trigrams of each text: two so similar texts must share one of them."""
    shapes = [_trigrams(text) for text in texts]
    often = Counter(gram for shape in shapes for gram in shape)
    by_gram: dict[str, list[int]] = {}
    found = []
    for i, shape in enumerate(shapes):
        ordered = sorted(shape, key=lambda g: (often[g], g))
        rare = ordered[: len(ordered) - int(limit * len(ordered)) + 1]
        for j in {j for gram in rare for j in by_gram.get(gram, ())}:
            if len(shape & shapes[j]) > limit * len(shape | shapes[j]):
                found.append((texts[j], texts[i]))
        for gram in rare:
            by_gram.setdefault(gram, []).append(i)
    return found


def test_every_line_of_the_corpus_can_be_read() -> None:
    """The corpus holds its promised ten thousand lines, or nearly, and every one is labelled with known codes."""
    examples = read_corpus()
    assert len(examples) > 9_000
    assert all(e.category and e.tier and e.urgency for e in examples if e.issue)


def test_no_two_single_messages_are_nearly_the_same() -> None:
    """No pair of single messages shares more than eight in ten character trigrams."""
    texts = [e.text for path in sorted(DATA.glob("*.tsv")) for e in read_singles(path)]
    assert _near_duplicates(texts, 0.8) == []


def test_near_duplicates_would_be_found() -> None:
    """The search that guards the corpus finds a pair that differs in one character of many."""
    one = "三单元楼道的水管漏水漏了好几天了一直没有人来管"
    assert _near_duplicates([one, "今天天气真好", one + "呀"], 0.8) == [(one, one + "呀")]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("complaint\tlift\tsmall\tnormal\t电梯坏了", "lift"),
        ("complaint\t\t\t\t电梯坏了", "category"),
        ("complaint\televator\tsmall\t电梯坏了", "columns"),
        ("grumble\televator\tsmall\tnormal\t电梯坏了", "grumble"),
    ],
)
def test_a_wrong_line_is_named_with_file_and_number(tmp_path: Path, line: str, says: str) -> None:
    """A line that is not as the README says stops the reading, and the error says which one and why."""
    path = tmp_path / "own.tsv"
    path.write_text(f"kind\tcategory\ttier\turgency\ttext\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=r"own\.tsv, line 2: ") as caught:
        list(read_singles(path))
    assert says in str(caught.value)


def test_a_conversation_teaches_what_is_a_ticket_and_what_is_not(tmp_path: Path) -> None:
    """The starred message is an issue with its ticket's labels, the untouched one none, the others only a category."""
    path = tmp_path / "talk01.tsv"
    path.write_text(
        "room\tr1\t三号楼群\t幸福里\t3号楼\n"
        "ticket\tt1\tcomplaint\televator\tsmall\turgent\t3号楼\t\t\t\t电梯停了\n"
        "day\t2026-03-02\n"
        "1\t08:00:00\tr1\tr\t王阿姨\tt1*\t-\t电梯又停了\n"
        "2\t08:01:00\tr1\tr\t王阿姨\tt1\t-\t修了三回\n"
        "3\t08:02:00\tr1\tr\t赵叔\t-\t-\t早啊\n",
        "utf-8",
    )
    first, more, chat = read_conversation(path)
    assert (first.issue, first.category, first.urgency, first.writer) == (True, "elevator", "urgent", "talk")
    assert (more.issue, more.category, chat.issue, chat.category) == (None, "elevator", False, None)
