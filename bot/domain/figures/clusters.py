"""What comes again and again (集中问题): like tickets of a period together, and how many there were in the one before.

Two tickets are alike if they are of one estate and one category, and of the very same spot or of the same words; spot
and words are judged as the intake judges them (`Place.is_spot_of`, the classifier's `similarity`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from bot.domain.figures.course import course_of
from bot.domain.figures.period import Period
from bot.domain.places import place_key
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Part, Status, Ticket

#: So many in a period are a cluster.
FEWEST = 3
#: From here on, text that repeats what was said counts as nearly the same (`join:very_similar` of the intake).
SAME_WORDS = 0.3
#: A ticket is compared with so many clusters, those of the latest tickets: what comes again comes soon.
_COMPARED = 60
_NO_MATTER = frozenset({Status.REJECTED, Status.WITHDRAWN, Status.MERGED, Status.REFERRED})

#: How much two texts speak of the same thing, 0 to 1.
Similarity = Callable[[str, str], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Like tickets, the oldest first, as they were known at the end of the period."""

    category: Category
    tickets: tuple[Ticket, ...]
    #: Those of the period before.
    before: tuple[Ticket, ...]

    @property
    def number(self) -> int:
        """What the cluster is called by: its oldest ticket of the period."""
        return self.tickets[0].number

    @property
    def households(self) -> int:
        """How many different people raised it or joined in."""
        return len({who for t in self.tickets for who in (*t.reporters, *t.supporters)})

    @property
    def growth(self) -> int:
        """How many more than in the period before."""
        return len(self.tickets) - len(self.before)

    @property
    def places(self) -> tuple[str, ...]:
        """Where, without doors, each place once."""
        return tuple(dict.fromkeys(t.place.public for t in self.tickets if t.place.public))


@dataclass(slots=True)
class _Heap:
    """Like tickets while they are gathered."""

    words: str
    tickets: list[Ticket] = field(default_factory=list)


def clusters(
    tickets: Iterable[Ticket], period: Period, before: Period, until: Period, similarity: Similarity
) -> list[Cluster]:
    """The clusters of *period*, of which *until* is the part that is over; the largest first.

    Private matters, false alarms, and what was merged or taken back are no part of any.
    """
    known = [t for t in _known(tickets, until) if before.begin <= t.opened_at < until.end]
    heaps = [heap for same in _by_subject(known) for heap in _heaps(same, similarity)]
    found = [c for heap in heaps if (c := _cluster(heap, period, before))]
    return sorted(found, key=lambda c: (-len(c.tickets), -c.growth, c.number))


def _known(tickets: Iterable[Ticket], until: Period) -> Iterator[Ticket]:
    """*tickets* as they were then, those that are matters for others to talk about."""
    for ticket in tickets:
        course = course_of(ticket, until.end)
        if course and course.outcome not in _NO_MATTER and course.ticket.tier is not Tier.PRIVATE:
            yield course.ticket


def _by_subject(tickets: Iterable[Ticket]) -> Iterator[list[Ticket]]:
    parts: dict[tuple[str, Category], list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        parts[place_key(ticket.place.estate), ticket.category].append(ticket)
    for same in parts.values():
        yield sorted(same, key=lambda t: (t.opened_at, t.number))


def _heaps(tickets: Iterable[Ticket], similarity: Similarity) -> list[_Heap]:
    """*tickets* of one subject, oldest first, each with those that it is like."""
    heaps: list[_Heap] = []
    for ticket in tickets:
        words = _words(ticket)
        near = (h for h in reversed(heaps[-_COMPARED:]) if _alike(h, ticket, words, similarity))
        heap = next(near, None)
        if heap is None:
            heap = _Heap(words)
            heaps.append(heap)
        heap.tickets.append(ticket)
    return heaps


def _alike(heap: _Heap, ticket: Ticket, words: str, similarity: Similarity) -> bool:
    if _of_some_spot(ticket) and any(_of_some_spot(t) and t.place.is_spot_of(ticket.place) for t in heap.tickets):
        return True
    return bool(words and heap.words) and similarity(heap.words, words) >= SAME_WORDS


def _of_some_spot(ticket: Ticket) -> bool:
    """Is it known to be somewhere, not just in the estate?"""
    return bool(ticket.place.building or ticket.place.spot)


def _words(ticket: Ticket) -> str:
    """What its reporters said first."""
    return next((m.text for m in ticket.messages if m.text and m.part is Part.REPORT), ticket.summary)


def _cluster(heap: _Heap, period: Period, before: Period) -> Cluster | None:
    mine = [t for t in heap.tickets if period.begin <= t.opened_at]
    if len(mine) < FEWEST:
        return None
    earlier = tuple(t for t in heap.tickets if before.begin <= t.opened_at < before.end)
    return Cluster(category=mine[0].category, tickets=tuple(mine), before=earlier)
