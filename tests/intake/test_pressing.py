"""Danger that is told in passing, a cry before the report, and a subject that becomes clear as people speak."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.classification import Classification
from bot.domain.commands import ExtendTicket, OpenTicket
from bot.domain.taxonomy import Category, Kind, Urgency
from bot.intake.interpret import opening_command
from bot.intake.linking import cried, hangs_on, subject
from bot.intake.scene import Scene
from bot.intake.window import Heard
from tests import cast
from tests.intake.scenes import Talk, scene


def _reading(**changes: object) -> Classification:
    known = Classification(kind=Kind.COMPLAINT, category=Category.UTILITIES, issue=0.9, category_confidence=0.9)
    return replace(known, **changes)  # type: ignore[arg-type]


def _heard(who: str, text: str, minute: int, reading: Classification, *tickets: int) -> Heard:
    """What was heard at *minute*; the scene's own message is of minute 30."""
    message = cast.message(who, text, minute)
    said = scene(who, text)
    return Heard(message=message, classification=reading, role=said.role, tickets=set(tickets))


ILL = _reading(kind=Kind.CHATTER, issue=0.01, urgency=Urgency.EMERGENCY, category=Category.SERVICES)


@pytest.mark.parametrize(
    ("text", "category", "minutes", "hangs"),
    [
        ("我妈在家吸氧，机子停了", Category.UTILITIES, 5, True),
        ("下午要去透析，下不了楼", Category.ELEVATOR, 5, True),
        ("我妈在家吸氧，机子停了", Category.UTILITIES, 180, False),
        ("我妈在家吸氧，机子停了", Category.PARKING, 5, False),
        ("冰箱里的菜都要坏了", Category.UTILITIES, 5, False),
    ],
)
def test_who_needs_power_water_or_lift_to_live_is_part_of_their_failure(
    text: str, category: Category, minutes: int, hangs: bool
) -> None:
    """Oxygen, dialysis and their kin join a fresh ticket of power, water or lift, and nothing else."""
    said = replace(scene("孙姐", text), classification=ILL)
    at = said.message.at - timedelta(minutes=minutes)
    known = cast.ticket(category=category)
    known = replace(known, messages=tuple(replace(m, at=at) for m in known.messages))
    assert hangs_on(said, known) is hangs


def test_such_a_plea_makes_the_matter_an_emergency() -> None:
    """However little it sounds like a complaint, the standing ticket is raised by it."""
    talk = Talk()
    talk.says("王阿姨", "整栋楼停水了，有人管吗")
    [command] = talk.says("孙姐", "我妈的制氧机停了，救命", after=60)
    assert isinstance(command, ExtendTicket)
    assert (command.classification.is_issue, command.classification.urgency) == (True, Urgency.EMERGENCY)


CRY = _reading(kind=Kind.CHATTER, issue=0.1, urgency=Urgency.EMERGENCY)


def _report(*window: Heard, **changes: object) -> Scene:
    reading = _reading(category=Category.LEAK, urgency=Urgency.URGENT, **changes)
    return replace(scene("孙姐", "三楼水管断了，水往屋里灌"), classification=reading, window=window)


def test_a_cry_is_explained_by_the_report_after_it() -> None:
    """快下楼 alone says nothing; with what is told a minute later it makes one ticket, an emergency."""
    cry = _heard("王阿姨", "快下楼快下楼", 29, CRY)
    command = opening_command(_report(cry))
    assert [j.message.text for j in command.messages] == ["快下楼快下楼", "三楼水管断了，水往屋里灌"]
    assert command.classification.urgency is Urgency.EMERGENCY


@pytest.mark.parametrize(
    ("text", "minute", "ticket"), [("笑死救命哈哈哈", 29, 0), ("快下楼快下楼", 20, 0), ("快下楼快下楼", 29, 7)]
)
def test_a_joke_an_old_cry_and_one_that_was_understood_explain_nothing(text: str, minute: int, ticket: int) -> None:
    """Laughter, what was said long before, and what is part of a ticket already raise nothing."""
    heard = _heard("王阿姨", text, minute, CRY, *([ticket] if ticket else []))
    assert not cried(_report(heard), heard)


def test_a_cry_does_not_make_a_calm_report_pressing() -> None:
    """Only a report that presses by itself is an answer to a cry."""
    cry = _heard("王阿姨", "快下楼快下楼", 29, CRY)
    calm = replace(_report(cry), classification=_reading(urgency=Urgency.NORMAL))
    assert not cried(calm, cry)


def test_an_idea_can_wait() -> None:
    """A suggestion is never urgent, whatever words it uses."""
    idea = replace(
        scene("王阿姨", "建议装个雨棚"), classification=_reading(kind=Kind.SUGGESTION, urgency=Urgency.URGENT)
    )
    assert opening_command(idea).classification.urgency is Urgency.NORMAL


def _shares(**shares: float) -> Classification:
    return _reading(shares={Category(name): share for name, share in shares.items()})


def test_the_subject_follows_what_neighbours_say() -> None:
    """A riddle is read as something; when two neighbours name the lift, the ticket is about the lift."""
    said = replace(scene("孙姐", "电梯又停了"), classification=_shares(elevator=0.97))
    first = _heard("王阿姨", "那位祖宗又歇了", 28, _shares(property=0.4, elevator=0.3), 1)
    more = _heard("赵大爷", "左边那部", 29, _shares(elevator=0.8, parking=0.1), 1)
    known = replace(cast.ticket(category=Category.PROPERTY, number=1), opened_at=first.message.at)
    assert subject(replace(said, window=(first, more)), known) is Category.ELEVATOR


def test_the_subject_of_an_old_ticket_stays() -> None:
    """When what opened it is no longer in mind, later words do not change what a ticket is about."""
    said = replace(scene("孙姐", "电梯又停了"), classification=_shares(elevator=0.97))
    assert subject(said, cast.ticket(category=Category.PROPERTY)) is None


def test_a_report_opens_without_a_cry() -> None:
    """An ordinary report takes in nobody's chatter."""
    talk = Talk()
    talk.says("赵大爷", "晚上吃什么")
    [command] = talk.says("王阿姨", "2单元楼道水管漏水了，有人管吗")
    assert isinstance(command, OpenTicket)
    assert len(command.messages) == 1
