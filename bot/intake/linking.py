"""Nothing, a new matter, or part of a standing ticket: a conditional logit over named features.

Each choice gets the sum of its features times their weights; nothing is worth zero. The weights are a table
(`weights.py`), fitted on conversations with known tickets, and the largest products are the evidence.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.classification import Classification, Evidence
from bot.domain.commands import Joining
from bot.domain.members import Role
from bot.domain.messages import InboundMessage
from bot.domain.places import same_place
from bot.domain.taxonomy import URGENCY_RANK, Category, Urgency
from bot.domain.tickets import Part, Ticket
from bot.intake.cold import cold
from bot.intake.features import Approach, Features, approach, echoed, log_odds, of_new, of_words
from bot.intake.places import in_text
from bot.intake.scene import Scene
from bot.intake.signals import signals
from bot.intake.weights import WEIGHTS
from bot.intake.window import Heard, burst

#: A second ticket takes the same message only if it speaks for itself at least this much.
SECOND_ABOVE = 3.0
#: How sure is sure, and what it costs a ticket if the message is surely about something else.
SURE, OTHER = 0.9, 2.5
#: From this share on, a subject named for another building may still be the same matter.
LIKELY = 0.3
#: From here on, what somebody else said shortly before counts as an earlier report of the same matter.
ECHOES = 0.3
#: What somebody ill can depend on, for how long a ticket of it is in mind, and what that is worth.
SUPPLIES = frozenset({Category.UTILITIES, Category.ELEVATOR})
HANGING, NEEDED = timedelta(hours=2), 3.0
#: A cry for help is explained by what somebody reports this soon after.
CRY = timedelta(minutes=3)
#: What the message that opened a ticket counts among all that tell what it is about.
OPENER = 1.5
_JOINS_BACKWARD = frozenset({"media"})
_NO_CRY = frozenset({"notice", "sale", "joke", "settled", "denial", "past", "elsewhere"})
_STAYS_OUT = frozenset({"notice", "sale", "ack", "thanks"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One reading of a message. `ticket` is None for a new matter."""

    ticket: Ticket | None
    features: Features
    score: float

    def evidence(self, weights: Mapping[str, float], most: int = 5) -> tuple[Evidence, ...]:
        """The features that weighed most, as a person can read them."""
        parts = [(name, value * weights.get(name, 0.0)) for name, value in self.features.items()]
        parts.sort(key=lambda p: -abs(p[1]))
        return tuple(Evidence(source="link", words=n, weight=round(w, 2)) for n, w in parts[:most] if abs(w) >= 0.05)


def scored(ticket: Ticket | None, features: Features, weights: Mapping[str, float]) -> Choice:
    """The choice with its score under *weights*."""
    return Choice(
        ticket=ticket, features=features, score=sum(weights.get(name, 0.0) * value for name, value in features.items())
    )


def ranked(scene: Scene) -> list[tuple[Ticket, int]]:
    """The standing tickets; 0 is the one spoken of last in this conversation, 9 one of another conversation."""
    key = scene.message.conversation.key
    here = [t.number for t in scene.tickets if any(m.conversation.key == key for m in t.messages)]
    ranks = {number: rank for rank, number in enumerate(here)}
    return [(t, ranks.get(t.number, 9)) for t in scene.tickets]


def choices(scene: Scene, weights: Mapping[str, float] = WEIGHTS) -> list[Choice]:
    """Every reading except "nothing" that could count, the best first."""
    given, most = approach(scene), _most_by_words(weights)
    is_cold = cold(given, weights, most)
    joins = [_scored_join(given, t, rank, weights, most) for t, rank in ranked(scene) if not is_cold(t, rank)]
    return sorted([*joins, scored(None, of_new(scene), weights)], key=lambda c: -c.score)


def _scored_join(given: Approach, ticket: Ticket, rank: int, weights: Mapping[str, float], most: float) -> Choice:
    """The choice of joining *ticket*. Words are compared only where that could still decide: it is what takes long."""
    scene = given.scene
    choice = scored(ticket, given.of(ticket, rank), weights)
    score = choice.score - (OTHER if _other(scene, ticket) else 0.0) + (NEEDED if hangs_on(scene, ticket) else 0.0)
    if score + most <= scene.rules.join_above:
        return replace(choice, score=score)
    words = of_words(scene, ticket)
    more = sum(weights.get(name, 0.0) * value for name, value in words.items())
    return Choice(ticket=ticket, features={**choice.features, **words}, score=score + more)


def _most_by_words(weights: Mapping[str, float]) -> float:
    """What the same words can add at most."""
    return max(0.0, weights.get("join:similar", 0.0)) + 0.7 * max(0.0, weights.get("join:very_similar", 0.0))


def hangs_on(scene: Scene, ticket: Ticket) -> bool:
    """Does somebody's life hang on the power, water or lift that *ticket* is about? Then it is part of that matter."""
    key, now = scene.message.conversation.key, scene.message.at
    here = [m for m in ticket.messages if m.conversation.key == key]
    ill = "patient" in signals(scene.message.text) and scene.classification.urgency is Urgency.EMERGENCY
    return ill and ticket.is_open and ticket.category in SUPPLIES and bool(here) and now - here[-1].at <= HANGING


def _other(scene: Scene, ticket: Ticket) -> bool:
    """Is the message about something else than *ticket*, by its subject alone or by subject and building?"""
    return _clearly_other(scene, ticket) or _elsewhere(scene, ticket)


def _elsewhere(scene: Scene, ticket: Ticket) -> bool:
    """Does somebody new name another building, and more likely another subject? Then it is another matter."""
    seen, said = scene.classification, in_text(scene.message.text).building
    if not said or not ticket.place.building or same_place(said, ticket.place.building):
        return False
    known = {m.sender for m in ticket.messages}
    fits = seen.category is ticket.category or seen.shares.get(ticket.category, 0.0) >= LIKELY
    return seen.is_issue and not fits and scene.message.sender.identity not in known and not scene.quoted


def _clearly_other(scene: Scene, ticket: Ticket) -> bool:
    """Is the message surely an issue, and surely about something else? Then no closeness in time makes it the same."""
    seen = scene.classification
    sure = seen.issue >= SURE and seen.category_confidence >= SURE
    return sure and seen.shares.get(ticket.category, 0.0) < 1 - SURE and ticket.number not in scene.quoted


def subject(scene: Scene, ticket: Ticket) -> Category | None:
    """What *ticket* is about, by all that was said of it up to this message; None if not all of it is in mind."""
    heard = [h for h in scene.window if ticket.number in h.tickets and h.message is not scene.message]
    if not any(h.message.at == ticket.opened_at for h in heard):
        return None
    readings = [(h.classification, OPENER if h.message.at == ticket.opened_at else 1.0) for h in heard]
    readings.append((scene.classification, 1.0))
    named = {category for reading, _ in readings for category in reading.shares}
    return max(sorted(named), key=lambda c: sum(counts * _vote(reading, c) for reading, counts in readings))


def _vote(reading: Classification, category: Category) -> float:
    """How likely *reading* makes *category* (log), by how much it sounds like an issue."""
    return math.log(max(reading.shares.get(category, 0.0), 0.01)) * (reading.issue + 0.3)


def part_of(scene: Scene, ticket: Ticket) -> Part:
    """What the message is to a ticket that it joins."""
    sender = scene.message.sender.identity
    if sender in ticket.reporters or sender in ticket.supporters:
        return Part.DETAIL
    return Part.SUPPORT if scene.role in (Role.RESIDENT, Role.LEADER) else Part.DETAIL


def leading(scene: Scene) -> tuple[InboundMessage, ...]:
    """Earlier messages of the sender, of the same breath, that belong to the new matter: pictures and fragments."""
    return tuple(h.message for h in burst(scene.window, scene.message) if _leads(h))


def _leads(heard: Heard) -> bool:
    if heard.tickets:
        return False
    said = signals(heard.message.text)
    if said & _JOINS_BACKWARD or heard.message.attachments:
        return True
    return not said & _STAYS_OUT and log_odds(heard.classification.issue) > -3.0


def cried(scene: Scene, heard: Heard) -> bool:
    """Was *heard* a cry for help (快下楼) that says too little by itself, just before this pressing report?"""
    now, then = scene.classification, heard.classification
    pressing = now.is_issue and URGENCY_RANK[now.urgency] >= URGENCY_RANK[Urgency.URGENT]
    alone = not heard.tickets and heard.role is Role.RESIDENT and not signals(heard.message.text) & _NO_CRY
    return pressing and alone and then.urgency is Urgency.EMERGENCY and scene.message.at - heard.message.at <= CRY


def opening(scene: Scene, category: Category) -> tuple[Joining, ...]:
    """The messages of a new ticket about *category*, in time order: the sender's breath, and who said it before."""
    own = leading(scene)
    before = (h for h in scene.window if echoed(scene, h, category) >= ECHOES or cried(scene, h))
    echoes = [h.message for h in before if h.message not in own]
    whole = sorted((*echoes, *own, scene.message), key=lambda m: m.at)
    first = whole[0].sender.identity
    return tuple(Joining(message=m, part=Part.REPORT if m.sender.identity == first else Part.SUPPORT) for m in whole)
