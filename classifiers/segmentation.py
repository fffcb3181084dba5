"""Cutting text into words by the most likely path through a dictionary, and finding everything else on the way.

The dictionary is jieba's, without its rarest words; the cut is the one that jieba makes with its hidden Markov model
off, without its start-up. Unknown words are left to the character n-grams. One table serves for words, n-grams and the
heads of lexicon entries, because looking things up is what costs.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import log

#: Words and n-grams are no longer than this.
LONGEST = 4
#: jieba's words that are rarer than this are left out.
RAREST = 5
#: How often an own word is taken to have been seen.
OWN = 20
#: The odds of what is no word, and of a character that the dictionary does not know.
NO_WORD, _UNKNOWN = -1e9, -17.0

#: The log-odds of words.
Dictionary = dict[str, float]
#: For every stretch: its log-odds as a word, its row in the model (0 for none), whether it is a head of the lexicon.
#: Every beginning of a stretch is in the table too, so that a walk may stop where nothing is found.
Table = dict[str, tuple[float, int, bool]]
Walk = tuple[list[int], list[str], list[tuple[int, str]]]

_NOTHING = (NO_WORD, 0, False)


def walk(text: str, table: Table) -> Walk:
    """The rows of the n-grams of *text*, its most likely words, and which heads of the lexicon stand where."""
    size = len(text)
    best = [NO_WORD] * (size + 1)
    came = list(range(-1, size))
    best[0] = 0.0
    rows: list[int] = []
    heads: list[tuple[int, str]] = []
    find = table.get
    for i in range(size):
        here = best[i]
        if best[i + 1] < here + _UNKNOWN:
            best[i + 1] = here + _UNKNOWN
            came[i + 1] = i
        for end in range(i + 1, i + LONGEST + 1 if i + LONGEST < size else size + 1):
            found = find(text[i:end])
            if found is None:
                break
            odds, row, is_head = found
            if row:
                rows.append(row)
            if here + odds > best[end]:
                best[end] = here + odds
                came[end] = i
            if is_head:
                heads.append((i, text[i:end]))
    return rows, _path(text, came), heads


def _path(text: str, came: list[int]) -> list[str]:
    found = []
    end = len(text)
    while end:
        found.append(text[came[end] : end])
        end = came[end]
    found.reverse()
    return found


def table_of(words: Dictionary, rows: Mapping[str, int], heads: Iterable[str]) -> Table:
    """The table for *words*, the n-grams that have *rows* in a model, and *heads* of a lexicon."""
    table: Table = {w: (odds, 0, False) for w, odds in words.items()}
    odds_of = words.get
    for gram, row in rows.items():
        table[gram] = (odds_of(gram, NO_WORD), row, False)
    for head in heads:
        odds, row, _ = table.get(head, _NOTHING)
        table[head] = (odds, row, True)
    for stretch in list(table):
        for end in range(len(stretch) - 1, 0, -1):
            if stretch[:end] in table:
                break
            table[stretch[:end]] = _NOTHING
    return table


def grams_of(text: str) -> list[str]:
    """All stretches of one to four characters of *text*."""
    return [text[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(text) - n + 1)]


@lru_cache(maxsize=1)
def jieba_dictionary() -> dict[str, int]:
    """How often jieba's corpus saw each word of up to four characters."""
    import jieba

    tokenizer = jieba.Tokenizer()
    counts, _ = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    return {w: n for w, n in counts.items() if len(w) <= LONGEST and (n >= RAREST or (n and len(w) == 1))}


def dictionary(own: Iterable[str]) -> Dictionary:
    """The log-odds of jieba's words and of *own* words, which count as rare ones."""
    counts = dict(jieba_dictionary())
    counts.update({w: max(counts.get(w, 0), OWN) for w in own if 1 < len(w) <= LONGEST})
    total = log(sum(counts.values()))
    return {word: log(count) - total for word, count in counts.items()}
