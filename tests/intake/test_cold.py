"""Leaving cold tickets out changes no decision."""

import os
from dataclasses import replace
from datetime import timedelta
from random import Random

from bot.adapters.transcript.labelled import read_labelled
from bot.intake.cold import cold
from bot.intake.features import approach
from bot.intake.linking import _most_by_words, _scored_join, ranked
from bot.intake.scene import Scene
from bot.intake.weights import WEIGHTS
from bot.lessons import Lesson
from classifiers.corpus import DATA
from tests.cast import ZONE
from tests.conversations.readings import Readings

CONVERSATIONS = sorted((DATA / "conversations").glob("*.tsv"))[:12]


def _older(scene: Scene, chance: Random) -> Scene:
    """*scene* with most of its tickets moved hours or days into the past."""
    tickets = []
    for ticket in scene.tickets:
        back = timedelta(hours=chance.choice((0, 0.9, 1.1, 5, 50)))
        said = tuple(replace(m, at=m.at - back) for m in ticket.messages)
        tickets.append(
            replace(ticket, messages=said, active_at=ticket.active_at - back, opened_at=ticket.opened_at - back)
        )
    return replace(scene, tickets=tuple(tickets))


def test_a_cold_ticket_is_never_joined() -> None:
    """Over every message of some conversations, aged at random: what is left out stays below the threshold; much is."""
    seed = int(os.environ.get("SEED", Random().randrange(10**6)))
    print(f"SEED={seed}")
    chance, most, left, all_of_them = Random(seed), _most_by_words(WEIGHTS), 0, 0
    for file in CONVERSATIONS:
        lesson = Lesson(read_labelled(file, ZONE), Readings())
        for message in lesson._messages:
            plain = lesson.scene(message)
            for scene in (plain, _older(plain, chance), _older(plain, chance)):
                given = approach(scene)
                is_cold = cold(given, WEIGHTS, most)
                for ticket, rank in ranked(scene):
                    all_of_them += 1
                    if is_cold(ticket, rank):
                        left += 1
                        score = _scored_join(given, ticket, rank, WEIGHTS, most).score
                        assert score <= scene.rules.join_above, (message.text, ticket.summary, score)
            lesson._learn(plain)
    assert left > all_of_them / 4
