"""Cutting text into words by the most likely path through a dictionary.

The dictionary is jieba's, without its rarest words; the cut is the one that jieba makes with its hidden Markov model
off, at a third of the time and without its start-up. Unknown words are left to the character n-grams.
"""

from collections.abc import Container, Iterable
from functools import lru_cache
from math import log

#: Words longer than this are cut into shorter ones.
LONGEST = 4
#: jieba's words that are rarer than this are left out.
RAREST = 5
#: What a character outside the dictionary costs.
_UNKNOWN = -17.0

Dictionary = dict[str, float]


def walked(text: str, words: Dictionary, heads: Container[str]) -> tuple[list[str], list[str], list[tuple[int, str]]]:
    """All stretches of one to four characters of *text*; its most likely words by the log-odds of *words*; and which
    of *heads* stand where.

    One walk for all three, because cutting out the stretches is what costs.
    """
    size = len(text)
    best = [0.0] * (size + 1)
    came = [0] * (size + 1)
    for i in range(1, size + 1):
        best[i] = -1e9
    grams: list[str] = []
    found: list[tuple[int, str]] = []
    known = words.get
    for i in range(size):
        here = best[i]
        for end in range(i + 1, min(i + LONGEST, size) + 1):
            gram = text[i:end]
            grams.append(gram)
            if gram in heads:
                found.append((i, gram))
            odds = known(gram)
            if odds is None:
                if end - i > 1:
                    continue
                odds = _UNKNOWN
            if here + odds > best[end]:
                best[end] = here + odds
                came[end] = i
    return grams, _path(text, came), found


def _path(text: str, came: list[int]) -> list[str]:
    found = []
    end = len(text)
    while end:
        found.append(text[came[end] : end])
        end = came[end]
    return found[::-1]


@lru_cache(maxsize=1)
def jieba_dictionary() -> dict[str, int]:
    """How often jieba's corpus saw each word of up to four characters."""
    import jieba  # noqa: PLC0415  (needed for training only)

    tokenizer = jieba.Tokenizer()
    counts, _ = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return {w: n for w, n in counts.items() if len(w) <= LONGEST and (n >= RAREST or (n and len(w) == 1))}


def dictionary(own: Iterable[str]) -> Dictionary:
    """The log-odds of jieba's words and of *own* words, which count as common ones."""
    counts = dict(jieba_dictionary())
    counts.update({w: max(counts.get(w, 0), 500) for w in own if 1 < len(w) <= LONGEST})
    total = log(sum(counts.values()))
    return {word: log(count) - total for word, count in counts.items()}
