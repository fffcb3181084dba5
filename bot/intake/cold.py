"""Which standing tickets a message cannot be part of, told before anything is worked out about them.

Most tickets of an estate have been quiet for hours, and most talk is about none of them. What can speak for such a one
is little, and the most that it can weigh is known beforehand; what stays below the threshold even so need not
be looked at. This changes no decision, only what it costs.
"""

import math
from collections.abc import Callable, Mapping
from datetime import timedelta

from bot.domain.taxonomy import Kind
from bot.domain.tickets import Ticket
from bot.intake.features import Approach
from bot.intake.window import KEPT_MESSAGES

#: A ticket that nobody spoke of for so long is cold.
QUIET = timedelta(hours=1)
#: What may speak for any cold ticket, once each at most.
_ANY = (
    "ended", "turns_suggestion", "other_issue", "share_of_issue", "quotes_other", "rank1", "rank2", "rank3",
    "place_agrees", "place_differs", "spot_same", "spot_differs", "unit_same", "unit_differs", "building_differs",
)  # fmt: skip
#: What neighbours say about a matter that is not their own.
_NEIGHBOURS = ("support", "question", "also", "own_place", "witness", "lately", "agree", "joke")


def cold(given: Approach, weights: Mapping[str, float], by_words: float) -> Callable[[Ticket, int], bool]:
    """Says of a ticket and its rank whether its score surely stays at or below the threshold for joining.

    *by_words* is the most that the same words can add.
    """
    scene = given.scene

    def at_most(name: str, value: float = 1.0) -> float:
        return max(0.0, weights.get(f"join:{name}", 0.0) * value)

    likely = 1 / (1 + math.exp(-2 * scene.classification.part))
    by_share = at_most("share") + at_most("share_part", likely)
    by_category = at_most("same_category")
    by_suggestion = at_most("to_suggestion") + at_most("agrees_to_suggestion")
    room = scene.rules.join_above - _common(given, weights) - by_words - sum(at_most(name) for name in _ANY)
    spoken, shares = _spoken_of(given), scene.classification.shares
    sender, since = scene.message.sender.identity, scene.message.at - QUIET
    # What hangs on a matter of hours ago is looked for everywhere.
    plea = "join:says:patient" in given.message

    def is_cold(ticket: Ticket, rank: int) -> bool:
        if rank == 0 or plea or ticket.active_at > since or ticket.number in spoken:
            return False
        most = shares.get(ticket.category, 0.0) * by_share
        if ticket.category is scene.classification.category:
            most += by_category
        if ticket.kind is Kind.SUGGESTION:
            most += by_suggestion
        return most <= room and all(m.at < since and m.sender != sender for m in ticket.messages)

    return is_cold


def _common(given: Approach, weights: Mapping[str, float]) -> float:
    """The most that the message itself, the age, and the talk since can give any cold ticket."""

    def weight(name: str) -> float:
        return weights.get(f"join:{name}", 0.0)

    base = sum(weights.get(name, 0.0) * value for name, value in given.message.items())
    said = sum(max(0.0, weight(f"neighbour_{name}")) for name in _NEIGHBOURS if f"join:says:{name}" in given.message)
    here = max(weight("last_10h"), weight("last_more"))
    elsewhere = weight("other_room") + max(weight("room_10h"), weight("room_more"))
    between = weight("between") + weight("part_between") * given.scene.classification.part
    goes_on = weight("breaks_off") if given.breath is not None else 0.0
    return base + said + max(here, elsewhere) + goes_on + max(0.0, between) * math.log1p(KEPT_MESSAGES)


def _spoken_of(given: Approach) -> frozenset[int]:
    """The tickets that the talk of the moment is about."""
    scene, asked = given.scene, given.asked
    last = scene.window[-1].tickets if scene.window else ()
    return frozenset({*scene.quoted, *(asked.tickets if asked else ()), *(given.breath or ()), *last})
