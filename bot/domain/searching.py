"""Looking for words inside Chinese text: what a text is cut into, and what a search asks of it.

Chinese has no spaces, so a text is kept as its stretches of letters, characters and digits; a search finds what is part
of a stretch, however little of it. Width and case do not count.
"""

from bot.domain.text import clean
from bot.domain.tickets import codes_in

#: So many words are asked for at once; more would only be slow.
MOST_TERMS = 8


def stretches(text: str) -> list[str]:
    """The unbroken stretches of *text*, in order: `3号楼 漏水了！` → `3号楼`, `漏水了`."""
    return "".join(c if c.isalnum() else " " for c in clean(text).lower()).split()


def terms(asked: str) -> tuple[str, ...]:
    """What must all be found for *asked*, each once."""
    return tuple(dict.fromkeys(stretches(asked)))[:MOST_TERMS]


def numbers(asked: str) -> list[int]:
    """The tickets that *asked* may mean by their codes: `#42`, or only `42`."""
    bare = clean(asked).strip()
    if bare.isascii() and bare.isdigit() and len(bare) < 10:
        return [int(bare)]
    return codes_in(clean(asked))


def only_codes(asked: str) -> bool:
    """Is *asked* nothing but codes (`#42`)? A bare number may also be part of what somebody said."""
    named = codes_in(clean(asked))
    return bool(named) and list(terms(asked)) == [str(n) for n in named]


def found_in(asked: str, *texts: str) -> bool:
    """Is every term of *asked* part of one of *texts*? An empty one never is."""
    wanted, said = terms(asked), [part for text in texts for part in stretches(text)]
    return bool(wanted) and all(any(term in part for part in said) for term in wanted)
