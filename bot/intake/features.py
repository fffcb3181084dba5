"""What speaks for and against a message being nothing, a new matter, or part of a standing ticket, as named numbers.

Names are read by people (evidence) and by `weights`; a feature that is absent counts zero.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.members import Role
from bot.domain.places import Place, same_place
from bot.domain.taxonomy import Category, Kind, Urgency
from bot.domain.tickets import Ticket, TicketMessage
from bot.intake.places import INDOORS, in_text, on_card
from bot.intake.scene import Scene
from bot.intake.signals import signals
from bot.intake.window import BURST, Heard, burst

Features = dict[str, float]

_OFFICIAL = frozenset({Role.PROPERTY, Role.WORKER})
#: Upper bounds in minutes of the steps that times fall into.
_NO_ECHO = frozenset({"notice", "sale", "ack", "thanks", "settled", "media", "denial"})
_LIVELY = timedelta(minutes=10)
_FRESH = timedelta(hours=1)
_STEPS = ((1, "1m"), (3, "3m"), (10, "10m"), (60, "1h"), (600, "10h"))


def log_odds(p: float) -> float:
    """The log-odds of *p*, kept within ±5."""
    p = min(max(p, 0.0067), 0.9933)
    return math.log(p / (1 - p))


def _step(earlier: datetime, later: datetime) -> str:
    minutes = (later - earlier).total_seconds() / 60
    return next((name for bound, name in _STEPS if minutes <= bound), "more")


def of_message(scene: Scene) -> Features:
    """What the message itself gives, whatever it belongs to."""
    text = scene.message.text
    out: Features = {f"says:{name}": 1.0 for name in signals(text)}
    out["issue"] = log_odds(scene.classification.issue)
    out["part"] = scene.classification.part
    out[f"kind:{scene.classification.kind.value}"] = 1.0
    if scene.role in _OFFICIAL:
        out["official"] = 1.0
    elif scene.role is Role.LEADER:
        out["leader"] = 1.0
    if scene.message.quote is not None:
        out["quotes"] = 1.0
    if scene.message.mentions or scene.message.mentions_bot or text.startswith("@"):
        out["mentions"] = 1.0
    if len(text) <= 6:
        out["short"] = 1.0
    elif len(text) >= 25:
        out["long"] = 1.0
    if scene.classification.urgency is Urgency.EMERGENCY:
        out["emergency"] = 1.0
    return out


def of_new(scene: Scene) -> Features:
    """What speaks for a new matter."""
    out = {f"new:{name}": value for name, value in of_message(scene).items()}
    out["new:bias"] = 1.0
    if scene.burst is not None:
        out["new:burst"] = log_odds(scene.burst.issue)
        out["new:burst_gain"] = out["new:burst"] - out["new:issue"]
    said = in_text(scene.message.text)
    if said.building or said.unit or said.spot or said.room:
        out["new:place"] = 1.0
    if scene.classification.category is Category.HOUSEHOLD:
        out["new:household"] = 1.0
    out["new:sure_category"] = scene.classification.category_confidence
    _of_standing(scene, said, out)
    out["new:echo"] = max((echoed(scene, h, scene.classification.category) for h in scene.window), default=0.0)
    return out


def echoed(scene: Scene, heard: Heard, category: Category) -> float:
    """How much *heard* sounds like an earlier report of a matter of *category* by somebody else, 0 to 1."""
    message = heard.message
    if heard.tickets or heard.role in _OFFICIAL or message.sender.identity == scene.message.sender.identity:
        return 0.0
    if scene.message.at - message.at > _LIVELY or signals(message.text) & _NO_ECHO:
        return 0.0
    said, other = in_text(scene.message.text), in_text(message.text)
    if not Place(building=said.building, unit=said.unit).agrees_with(Place(building=other.building, unit=other.unit)):
        return 0.0
    return heard.classification.issue * heard.classification.shares.get(category, 0.0)


def _of_standing(scene: Scene, said: Place, out: Features) -> None:
    """Does a ticket of this category stand already, where this could be?"""
    key, now = scene.message.conversation.key, scene.message.at
    where = Place(building=said.building, unit=said.unit)
    for ticket in scene.tickets:
        name = "new:stands_fresh" if now - ticket.active_at <= _FRESH else "new:stands_old"
        share = scene.classification.shares.get(ticket.category, 0.0)
        if not ticket.is_open or share <= out.get(name, 0.0):
            continue
        there = Place(building=ticket.place.building, unit=ticket.place.unit)
        if where.agrees_with(there) and any(c.key == key for c in ticket.conversations):
            out[name] = share
    if scene.window and now - scene.window[-1].message.at <= BURST and scene.window[-1].tickets:
        out["new:amid_talk"] = 1.0


@dataclass(frozen=True, slots=True)
class Approach:
    """What a scene gives whichever ticket its message may be part of; worked out once for all of them."""

    scene: Scene
    message: Features
    said: Place
    home: Place
    asked: Heard | None
    #: The tickets of what the sender said last in the same breath, if anything.
    breath: frozenset[int] | None

    def of(self, ticket: Ticket, rank: int) -> Features:
        """What speaks for the message being part of *ticket*, but how similar the words are: `of_words` adds that.

        *rank* 0 is the ticket spoken of last in this group.
        """
        out = dict(self.message)
        _of_people(self.scene, ticket, out)
        _of_time(self.scene, ticket, rank, out)
        _of_subject(self.scene, ticket, out)
        _of_place(self, ticket, out)
        _of_talk(self, ticket, rank, out)
        _of_part(self.scene, out)
        return out


def approach(scene: Scene) -> Approach:
    """What *scene* gives whichever ticket its message may be part of."""
    message = {f"join:{name}": value for name, value in of_message(scene).items()}
    before = burst(scene.window, scene.message)
    return Approach(
        scene=scene,
        message={**message, "join:bias": 1.0},
        said=in_text(scene.message.text),
        home=on_card(scene.message.sender.name, scene.conversation.place),
        asked=_question_before(scene),
        breath=frozenset(before[-1].tickets) if before else None,
    )


def of_join(scene: Scene, ticket: Ticket, rank: int) -> Features:
    """Everything that speaks for the message being part of *ticket*."""
    return {**approach(scene).of(ticket, rank), **of_words(scene, ticket)}


def of_words(scene: Scene, ticket: Ticket) -> Features:
    """How much the message says the same words as *ticket*."""
    said = [m.text for m in ticket.messages if m.text][-8:]
    best = max((scene.similarity(scene.message.text, t) for t in said), default=0.0)
    # Text that repeats nothing that was said says little; text that repeats much says nearly all.
    return {"join:similar": best, "join:very_similar": max(0.0, best - 0.3)}


def _of_part(scene: Scene, out: Features) -> None:
    """Sounding like a part of some matter says most where this one is fresh in mind, or its reporter speaks."""
    part = scene.classification.part
    for name in ("follows_closely", "same_sender", "quoted", "next"):
        if f"join:{name}" in out:
            out[f"join:part_{name}"] = part
    likely = 1 / (1 + math.exp(-2 * part))
    out["join:share_part"] = out["join:share"] * likely
    if "join:same_sender" not in out:
        out["join:part_between"] = part * out.get("join:between", 0.0)


def _of_people(scene: Scene, ticket: Ticket, out: Features) -> None:
    """Did the sender speak of it before, and how long ago?"""
    sender = scene.message.sender.identity
    own = [m for m in ticket.messages if m.sender == sender]
    if own:
        out["join:same_sender"] = 1.0
        out[f"join:own_{_step(own[-1].at, scene.message.at)}"] = 1.0
        if sender in ticket.reporters:
            out["join:reporter"] = 1.0
            for name in ("chase", "media", "question", "settled", "joke", "thanks"):
                if f"join:says:{name}" in out:
                    out[f"join:reporter_{name}"] = 1.0
        return
    for name in ("support", "question", "also", "own_place", "witness", "lately", "agree", "joke"):
        if f"join:says:{name}" in out and scene.role not in _OFFICIAL:
            out[f"join:neighbour_{name}"] = 1.0
    if ticket.kind is Kind.SUGGESTION:
        out["join:to_suggestion"] = 1.0
        if "join:says:agree" in out or "join:says:support" in out:
            out["join:agrees_to_suggestion"] = 1.0


def _of_time(scene: Scene, ticket: Ticket, rank: int, out: Features) -> None:
    """How fresh is it, and how much was said since?"""
    here = [m for m in ticket.messages if m.conversation.key == scene.message.conversation.key]
    if not here:
        out["join:other_room"] = 1.0
        out[f"join:room_{_step(ticket.active_at, scene.message.at)}"] = 1.0
        if ticket.urgency is Urgency.EMERGENCY and scene.message.at - ticket.active_at <= _LIVELY:
            out["join:room_danger"] = 1.0
        return
    out[f"join:last_{_step(here[-1].at, scene.message.at)}"] = 1.0
    if rank == 0 and scene.message.at - here[-1].at <= 2 * BURST:
        out["join:follows_closely"] = 1.0
        for name in ("also", "own_place", "witness", "answer", "question", "joke", "thanks", "agree", "told"):
            if f"join:says:{name}" in out:
                out[f"join:closely_{name}"] = 1.0
    out[f"join:rank{min(rank, 3)}"] = 1.0
    between = _said_since(scene, here[-1])
    out["join:between"] = math.log1p(between)
    if rank == 0 and between == 0:
        out["join:next"] = 1.0
    _of_heat(scene, ticket, out)
    if not ticket.is_open:
        out["join:ended"] = 1.0


def _of_heat(scene: Scene, ticket: Ticket, out: Features) -> None:
    """How lively is it just now, and is anybody in danger?"""
    fresh = [m for m in ticket.messages if scene.message.at - m.at <= _LIVELY]
    out["join:lively"] = math.log1p(len(fresh))
    people = {m.sender for m in fresh}
    if len(people) >= 2:
        out["join:several_people"] = 1.0
    if ticket.urgency is Urgency.EMERGENCY and fresh:
        out["join:danger"] = 1.0
    stable = scene.message.at - ticket.opened_at <= _LIVELY
    if stable and len(fresh) == 1:
        out["join:just_opened"] = 1.0


def _said_since(scene: Scene, last: TicketMessage) -> int:
    return sum(1 for h in scene.window if h.message.at >= last.at and h.message.message_id != last.message_id)


def _of_subject(scene: Scene, ticket: Ticket, out: Features) -> None:
    """Is it about the same thing?"""
    classification = scene.classification
    share = classification.shares.get(ticket.category, 0.0)
    out["join:share"] = share
    out["join:share_of_issue"] = share * classification.issue
    if "join:reporter" in out:
        out["join:reporter_share"] = share
    if "join:other_room" in out and scene.message.at - ticket.active_at <= _FRESH:
        out["join:room_share"] = share * classification.issue
    if classification.category is ticket.category:
        out["join:same_category"] = 1.0
    elif classification.issue >= 0.3:
        out["join:other_issue"] = classification.category_confidence * classification.issue
    if "join:follows_closely" in out:
        out["join:share_following"] = share
    if classification.kind is Kind.SUGGESTION and ticket.kind is not Kind.SUGGESTION:
        out["join:turns_suggestion"] = 1.0


def _of_place(given: Approach, ticket: Ticket, out: Features) -> None:
    """Could it be the same place?"""
    said, home, group = given.said, given.home, given.scene.conversation.place
    if said.building or said.unit:
        agrees = Place(building=said.building or group.building, unit=said.unit).agrees_with(
            Place(building=ticket.place.building, unit=ticket.place.unit)
        )
        out["join:place_agrees" if agrees else "join:place_differs"] = 1.0
    if said.spot and ticket.place.spot:
        out["join:spot_same" if said.spot == ticket.place.spot else "join:spot_differs"] = 1.0
    if ticket.category in INDOORS and home.unit and ticket.place.unit:
        out["join:unit_same" if same_place(home.unit, ticket.place.unit) else "join:unit_differs"] = 1.0
    if group.building and ticket.place.building and not same_place(group.building, ticket.place.building):
        out["join:building_differs"] = 1.0


def _of_talk(given: Approach, ticket: Ticket, rank: int, out: Features) -> None:
    """Does it answer, quote, or go on in the same breath?"""
    scene, asked = given.scene, given.asked
    if ticket.number in scene.quoted:
        out["join:quoted"] = 1.0
        if scene.message.sender.identity in ticket.reporters:
            out["join:quoted_by_reporter"] = 1.0
    elif scene.quoted or scene.message.quote is not None:
        out["join:quotes_other"] = 1.0
    if asked is not None:
        mine = any(m.sender == scene.message.sender.identity for m in ticket.messages)
        if ticket.number in asked.tickets or (mine and rank == 0):
            out["join:answers"] = 1.0
            if mine:
                out["join:answers_own"] = 1.0
    if given.breath is not None:
        out["join:goes_on" if ticket.number in given.breath else "join:breaks_off"] = 1.0
    if scene.window and ticket.number in scene.window[-1].tickets:
        out["join:follows"] = 1.0


def _question_before(scene: Scene) -> Heard | None:
    """The last question of somebody official, or one that addresses the sender, if it is fresh."""
    for heard in reversed(scene.window[-6:]):
        if scene.message.at - heard.message.at > 4 * BURST:
            return None
        if heard.message.sender.identity == scene.message.sender.identity:
            continue
        official = heard.role is not Role.RESIDENT
        addressed = scene.message.sender.identity.user_id in heard.message.mentions or (
            scene.message.sender.name and f"@{scene.message.sender.name}" in heard.message.text
        )
        if (official or addressed) and "question" in signals(heard.message.text):
            return heard
    return None
