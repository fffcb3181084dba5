"""Cutting texts into words, and finding the rows of a model in them."""

import random
from functools import cache

import numpy as np

from classifiers import TextClassifier
from classifiers.corpus import read_corpus
from classifiers.features import BLOCKS
from classifiers.normalise import LOOKED_AT
from classifiers.segmentation import BORDER, grams_of, table_of

_DICTIONARY = {
    "电": -7.0,
    "梯": -8.0,
    "电梯": -9.0,
    "梯门": -9.5,
    "电梯门": -12.0,
    "门": -5.0,
    "梯门口前": -20.0,
    "口": -6.0,
}


def _cut(texts: list[str]) -> list[list[str]]:
    table = table_of(_DICTIONARY, ["电x"])
    line = f"{BORDER}{BORDER.join(texts)}{BORDER}"
    begins, _ = table.cut(table.find(line))
    words = [line[a:b] for a, b in zip(begins, [*begins[1:], len(line)], strict=True)]
    return [
        text.split("|") if text else [] for text in "|".join(words[1:-1]).replace(f"|{BORDER}|", BORDER).split(BORDER)
    ]


@cache
def _likeliest(text: str) -> float:
    """The log-odds of the best way to cut *text*, by trying all."""
    if not text:
        return 0.0
    first = max(_DICTIONARY.get(text[0], -17.0), -17.0) + _likeliest(text[1:])
    longer = [
        _DICTIONARY[text[:n]] + _likeliest(text[n:]) for n in (2, 3, 4) if len(text) >= n and text[:n] in _DICTIONARY
    ]
    return max([first, *longer])


def test_no_other_cut_is_likelier() -> None:
    """Of all ways to cut a text the likeliest is taken, whatever stands beside it."""
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    chance = random.Random(seed)
    texts = ["".join(chance.choices("电梯门口前x😀", k=chance.randint(1, 12))) for _ in range(300)]
    for text, words in zip(texts, _cut(texts), strict=True):
        assert "".join(words) == text
        assert sum(_DICTIONARY.get(word, -17.0) for word in words) == _likeliest(text)


def test_what_is_no_word_is_never_cut_out() -> None:
    """A stretch that only a model knows is found, and is no word."""
    assert _cut(["电x", "", "电梯x"])[0] == ["电", "x"]


def test_a_batch_has_the_rows_that_its_texts_spell(classifier: TextClassifier) -> None:
    """The quick look-up of a whole batch finds the very rows that the features of each text have by name."""
    texts = [e.text for e in read_corpus()[::150]] + [
        "",
        "^ $",
        "有  人 ^",
        "😀" * 9,
        "漏" * 2 * LOOKED_AT,
        "電梯\n壞了",
    ]
    rows, starts = classifier.numbering.rows(classifier.reader.read_many(texts))
    found = np.split(rows, starts[1:])
    for i, text in enumerate(texts):
        seen = classifier.reader.read(text)
        for block, names in enumerate((seen.words, grams_of(seen.text), seen.signals)):
            known = classifier.model.rows[block]
            wanted = {known[name] for name in names if name in known}
            assert found[BLOCKS * i + block].tolist() == [0, *sorted(wanted)], (text, block)
