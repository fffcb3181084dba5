"""What leaders and workers decided about tickets, held messages and samples: who knew better, and how.

Pure: tickets, reviews and samples in, corrections out. A resident's own doings (withdrawing, rating) correct nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.learning import OTHER_REASON, Lesson, Sample
from bot.domain.members import Member, Role
from bot.domain.records import Review
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Part, Ticket, TicketEvent, TicketMessage

_STEWARDS = frozenset({Role.LEADER.value, Role.WORKER.value, Role.ADMIN.value})
_HANDLERS = frozenset({Role.PROPERTY.value, *_STEWARDS})
#: Events that say that what the group was told is right: category and tier. Nothing changes an urgency in the chat, so
#: nobody is asked about it: taken as confirmed, the bot's own guesses made it worse (docs/understanding.md).
_CONFIRMING = frozenset({"confirmed", "referred"})
_CONFIRMED = frozenset({"category", "tier"})
#: Event → what it shows to be right.
_CORRECTING = {"retiered": "tier", "tier_upheld": "tier", "recategorised": "category"}
#: Work that nobody does for what is no issue.
_WORKING = frozenset({"assigned", "accepted", "progressed", "resolved", "merged"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One message, and what people decided that it is. A label that is None was not decided."""

    #: `ticket/42`, `review/7` or `sample/3`.
    source: str
    #: When it was decided (for a dismissed message: when it was said).
    at: datetime
    #: Who wrote it, as a key.
    speaker: str
    #: What they are called in the group; never learned.
    names: tuple[str, ...]
    text: str
    #: Did it make a matter by itself? None: it belongs to a matter, but need not be one alone.
    issue: bool | None
    category: Category | None = None
    tier: Tier | None = None
    urgency: Urgency | None = None
    #: What kind of decision it was.
    lesson: Lesson = Lesson.AGREED


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the history has shown so far."""

    issue: bool | None = None
    sure: frozenset[str] = frozenset()
    at: datetime | None = None


def corrections_of(
    tickets: Sequence[Ticket], dismissed: Sequence[Review], samples: Sequence[Sample] = ()
) -> list[Correction]:
    """Every correction that *tickets*, *dismissed* reviews and answered *samples* hold, tickets first, by number."""
    found = [c for t in tickets for c in _of_ticket(t)] + [_of_review(r) for r in dismissed]
    found += [c for s in samples for c in _of_sample(s)]
    return [c for c in found if c.text.strip()]


def names_of(corrections: Iterable[Correction], members: Iterable[Member]) -> set[str]:
    """What the people of *corrections* and *members* are called: to be masked."""
    return {name for c in corrections for name in c.names} | {m.name for m in members}


def _of_ticket(ticket: Ticket) -> Iterator[Correction]:
    verdict = _verdict(ticket)
    if verdict.issue is None or verdict.at is None:
        return
    opener = _opener(ticket)
    sure = verdict.sure if verdict.issue else frozenset()
    whole = Correction(
        source=f"ticket/{ticket.number}",
        at=verdict.at,
        speaker="",
        names=tuple(dict.fromkeys(m.sender_name for m in ticket.messages)),
        text="",
        issue=verdict.issue,
        category=ticket.category if "category" in sure else None,
        tier=ticket.tier if "tier" in sure else None,
        urgency=ticket.urgency if "urgency" in sure else None,
        lesson=_lesson(ticket) if verdict.issue else Lesson.NO_ISSUE,
    )
    for message in ticket.messages:
        if message is opener:
            yield _said(whole, message)
        elif whole.category and message.part is not Part.PROGRESS:
            yield _said(replace(whole, issue=None, tier=None, urgency=None), message)


def _lesson(ticket: Ticket) -> Lesson:
    """What people put right in *ticket*, which is an issue."""
    names = {e.name for e in ticket.history if e.role in _STEWARDS}
    wrong = {"retiered": Lesson.TIER, "recategorised": Lesson.CATEGORY, "reviewed": Lesson.ISSUE}
    return next((lesson for name, lesson in wrong.items() if name in names), Lesson.AGREED)


def _said(whole: Correction, message: TicketMessage) -> Correction:
    return replace(whole, speaker=message.sender.key, text=message.text)


def _opener(ticket: Ticket) -> TicketMessage | None:
    """The message that made it a matter, if its words are still there."""
    made = [m for m in ticket.messages if m.at == ticket.opened_at and m.part is not Part.PROGRESS]
    return made[-1] if made and not made[-1].recalled else None


def _verdict(ticket: Ticket) -> _Verdict:
    verdict, before = _Verdict(), None
    for event in ticket.history:
        if not _follows(event, before):
            verdict = _after(verdict, event)
        before = event
    if ticket.events("raised"):  # The first words were less pressing, but nobody noted how pressing.
        return replace(verdict, sure=verdict.sure - {"urgency"})
    return verdict


def _follows(event: TicketEvent, before: TicketEvent | None) -> bool:
    """Is it only what a change of tier brings with it? Then nobody said that the other labels are right."""
    return before is not None and before.name == "retiered" and event.name in _CONFIRMING and event.at == before.at


def _after(verdict: _Verdict, event: TicketEvent) -> _Verdict:
    """The verdict after *event*: what was decided last counts."""
    if event.name == "reopened" and verdict.issue is False:
        return _Verdict(True if event.role in _STEWARDS else None, verdict.sure, event.at)
    if event.name in _WORKING and event.role in _HANDLERS:
        return _Verdict(True, verdict.sure, event.at)
    if event.role not in _STEWARDS:
        return verdict
    if event.name == "rejected":
        return _Verdict(None if OTHER_REASON.search(str(event.data.get("reason", ""))) else False, at=event.at)
    if event.name in _CONFIRMING:
        return _Verdict(True, verdict.sure | _CONFIRMED, event.at)
    if event.name == "reviewed":
        said = event.data.get("decided", [])
        return _Verdict(True, frozenset(said if isinstance(said, list) else []), event.at)
    if event.name in _CORRECTING:
        return _Verdict(True, verdict.sure | {_CORRECTING[event.name]}, event.at)
    return verdict


def _of_review(review: Review) -> Correction:
    return Correction(
        source=f"review/{review.id}",
        at=review.at,
        speaker=review.sender.key,
        names=(review.sender_name,),
        text=review.text,
        issue=False,
        lesson=Lesson.NO_ISSUE,
    )


def _of_sample(sample: Sample) -> Iterator[Correction]:
    """What a person said of a message that was left alone."""
    if sample.answer is None:
        return
    yield Correction(
        source=f"sample/{sample.id}",
        at=sample.answer.at,
        speaker=sample.sender.key,
        names=(),
        text=sample.text,
        issue=sample.answer.issue,
        category=sample.answer.category,
        lesson=Lesson.ISSUE if sample.answer.issue else Lesson.NO_ISSUE,
    )
