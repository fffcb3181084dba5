"""A paper as a value: title, facts, sections of rows, photos. How it looks is the business of `page` and `word`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table under a heading; one without rows is left out of the paper."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    #: Percent of the page for each column; empty: as the words need.
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture: the bytes of a JPEG that the picture store has written anew."""

    caption: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document. Every text in it may be read by whoever gets the paper."""

    title: str
    #: Name and value, in order.
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    photos: tuple[Photo, ...] = ()
    #: Small print at the end.
    footer: str = ""
    #: Wide tables are printed across.
    landscape: bool = False
