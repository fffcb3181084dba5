"""Questions that only want to know: what is one (anybody can add a line to inquiries.tsv), and what answers it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.classification import Classification
from bot.domain.commands import AnswerInquiry, ExtendTicket, OpenTicket
from bot.domain.members import Role
from bot.domain.messages import Quote
from bot.domain.places import Place
from bot.domain.records import Conversation
from bot.domain.taxonomy import Category, Kind, Tier
from bot.domain.tickets import Status, Ticket
from bot.intake.inquiries import answering, asks
from bot.intake.interpret import interpret
from bot.intake.scene import Scene
from bot.intake.window import Heard
from tests import cast
from tests.cast import ESTATE, NOON, OTHER_GROUP, identity, private_chat, ticket, ticket_message
from tests.intake.scenes import scene

TABLE = Path(__file__).with_name("inquiries.tsv")
LINES = [
    (*line.split("\t"), "")[:3] for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")
]


@pytest.mark.parametrize(("text", "wants", "report"), LINES)
def test_a_sentence_is_a_question_as_the_table_says(text: str, wants: str, report: str) -> None:
    """Each line of the table only wants to know, or does not, exactly as it is written there."""
    assert asks(text, issue=bool(report)) is (wants == "问")


def test_the_table_is_large_enough() -> None:
    """At least 80 sentences, of which at least a third ask nothing that a ticket could answer."""
    assert len(LINES) >= 80
    assert sum(wants == "-" for _, wants, _ in LINES) * 3 >= len(LINES)


def _inquiry(category: Category) -> Classification:
    return Classification(
        kind=Kind.INQUIRY, category=category, issue=0.02, category_confidence=0.9, shares={category: 0.9}
    )


def _asked(who: str, text: str, *tickets: Ticket, category: Category = Category.UTILITIES, **changes: Any) -> Scene:
    within = {k: changes.pop(k) for k in ("conversation_known", "window") if k in changes}
    asked = replace(scene(who, text, *tickets, **changes), classification=_inquiry(category))
    known: Conversation = within.get("conversation_known", asked.conversation)
    return replace(asked, conversation=known, window=within.get("window", ()))


def _standing(number: int = 1, text: str = "3号楼停水了", status: Status = Status.PENDING, **changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "category": Category.UTILITIES,
        "place": Place(estate=ESTATE, building="3号楼"),
        "messages": (ticket_message("赵大爷", text, number),),
        "reporters": (identity("赵大爷"),),
        **changes,
    }
    return ticket(status, number=number, **values)


WATER, LIFT = _standing(), _standing(2, "左边那部又趴窝了", category=Category.ELEVATOR)


def _answer(asked: Scene, *joined: int) -> int:
    found = answering(asked, joined)
    return found.number if found else 0


@pytest.mark.parametrize("status", [Status.PENDING, Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS])
def test_a_standing_ticket_answers(status: Status) -> None:
    """几点来水 is answered while a ticket of the water stands, wherever it stands."""
    assert _answer(_asked("王阿姨", "今天几点来水", _standing(status=status))) == 1


@pytest.mark.parametrize("status", [Status.REJECTED, Status.MERGED, Status.REFERRED, Status.WITHDRAWN])
def test_what_is_over_otherwise_answers_nothing(status: Status) -> None:
    """Rejected, merged, referred and withdrawn tickets say nothing to neighbours."""
    assert _answer(_asked("王阿姨", "今天几点来水", _standing(status=status))) == 0


def test_nothing_stands_nothing_is_said() -> None:
    """Without a ticket of the matter the question is chatter, and never a ticket."""
    assert interpret(_asked("王阿姨", "今天几点来水")) == []
    assert interpret(_asked("王阿姨", "今天几点来水", LIFT)) == []


def test_the_subject_decides_within_a_category() -> None:
    """几点来电 is not answered by the ticket of the water, though both are 水电气暖."""
    power = _standing(3, "三号楼跳闸了，全黑了", place=Place(estate=ESTATE, building="3号楼"))
    assert _answer(_asked("王阿姨", "几点来电啊", WATER)) == 0
    assert _answer(_asked("王阿姨", "几点来电啊", WATER, power)) == 3
    assert _answer(_asked("王阿姨", "几点来水啊", WATER, power)) == 1


def test_a_category_of_one_subject_needs_no_word() -> None:
    """电梯好了吗 finds the lift's ticket, whatever words that was told in."""
    assert _answer(_asked("王阿姨", "电梯好了吗", WATER, LIFT, category=Category.ELEVATOR)) == 2


def test_a_private_matter_is_never_told() -> None:
    """A private ticket answers nobody in passing, be it open or not."""
    mine = _standing(tier=Tier.PRIVATE, reporters=(identity("王阿姨"),))
    assert _answer(_asked("王阿姨", "几点来水", mine)) == 0
    assert _answer(_asked("王阿姨", "几点来水", mine, conversation=private_chat("王阿姨"))) == 0


def test_another_building_is_another_matter() -> None:
    """Asked in the group of building 5, by its people or of another building, the ticket of building 3 is silent."""
    assert _answer(_asked("孙姐", "今天几点来水", WATER, conversation=OTHER_GROUP)) == 0
    assert _answer(_asked("王阿姨", "5号楼今天几点来水", WATER)) == 0
    whole = _standing(place=Place(estate=ESTATE))
    assert _answer(_asked("孙姐", "今天几点来水", whole, conversation=OTHER_GROUP)) == 1


def test_in_the_estates_group_the_card_tells_the_building() -> None:
    """In a group of all buildings each is answered for their own; a stranger with two choices for none."""
    estate = cast.conversation(building="")
    five = _standing(5, "5号楼停水了", place=Place(estate=ESTATE, building="5号楼"))
    for who, number in (("王阿姨", 1), ("孙姐", 5), ("一个陌生人", 0)):
        assert _answer(_asked(who, "今天几点来水", WATER, five, conversation_known=estate)) == number
    assert _answer(_asked("一个陌生人", "今天几点来水", WATER, conversation_known=estate)) == 1


def test_a_lift_is_that_of_ones_own_entrance() -> None:
    """Somebody of entrance 2 is not answered from the lift of entrance 1, unless they name it."""
    one = _standing(category=Category.ELEVATOR, place=Place(estate=ESTATE, building="3号楼", unit="1单元"))
    assert _answer(_asked("王阿姨", "电梯好了吗", one, category=Category.ELEVATOR)) == 0
    assert _answer(_asked("王阿姨", "1单元电梯好了吗", one, category=Category.ELEVATOR)) == 1


def _heard(text: str, *numbers: int, minutes: int = 29) -> Heard:
    said = cast.message("赵大爷", text, minutes)
    return Heard(message=said, classification=cast.reading(), role=Role.RESIDENT, tickets=set(numbers))


def test_without_a_subject_it_is_what_is_being_spoken_of() -> None:
    """修好没 is about the ticket that it joins, that was just spoken of, or one's own; else about anything."""
    assert _answer(_asked("王阿姨", "修好没", WATER, LIFT), 2) == 2
    assert _answer(_asked("王阿姨", "修好没", WATER, LIFT, window=(_heard("没水怎么做饭", 1),))) == 1
    assert _answer(_asked("王阿姨", "修好没", WATER, LIFT, window=(_heard("没水怎么做饭", 1, minutes=10),))) == 0
    assert _answer(_asked("王阿姨", "修好没", WATER, LIFT, window=(_heard("我车昨天送修了"),))) == 0
    assert _answer(_asked("赵大爷", "修好没", WATER)) == 1
    assert _answer(_asked("赵大爷", "修好没", WATER, LIFT)) == 0


def test_a_quote_says_what_is_meant() -> None:
    """Quoting the bot or a report asks about that ticket; quoting other talk asks a neighbour."""
    quote = Quote(message_id="bot1", text="【#2】已记录")
    assert _answer(_asked("王阿姨", "修好没", WATER, LIFT, quoted=[2], quotes_bot=True, quote=quote)) == 2
    assert _answer(_asked("王阿姨", "几点来水", WATER, quote=Quote(message_id="m7", text="团购的矿泉水"))) == 0


@pytest.mark.parametrize(
    ("who", "text", "changes"),
    [
        ("王阿姨", "@赵大爷 来水了吗", {}),
        ("王阿姨", "来水了吗", {"mentions": ("id-1",)}),
        ("物业小周", "来水了吗", {}),
        ("小陈", "几点来水", {}),
        ("李楼长", "来水了吗", {}),
    ],
)
def test_what_people_ask_each_other_is_theirs(who: str, text: str, changes: dict[str, Any]) -> None:
    """A question to one neighbour, or of somebody with a role, is for people to answer."""
    assert _answer(_asked(who, text, WATER, **changes)) == 0


def test_asking_the_bot_or_the_property_company_is_asking() -> None:
    """@物业 几点来水 and @ the bot are answered like a question to all."""
    assert _answer(_asked("王阿姨", "@物业小周 几点来水", WATER, mentions=("id-6",))) == 1
    assert _answer(_asked("王阿姨", "@楼事通 几点来水", WATER, mentions_bot=True, mentions=("bot",))) == 1


def test_news_is_only_told_when_there_is_some() -> None:
    """有消息了吗 about what nobody has taken up yet is left to people."""
    assert _answer(_asked("王阿姨", "水有消息了吗", WATER)) == 0
    assert _answer(_asked("王阿姨", "水有消息了吗", _standing(status=Status.IN_PROGRESS))) == 1


@pytest.mark.parametrize(("hours", "number"), [(1, 1), (23, 1), (25, 0)])
def test_what_was_settled_lately_is_told(hours: int, number: int) -> None:
    """For a day after 办结 somebody may not have heard; an open ticket of the matter comes first."""
    done = _standing(status=Status.RESOLVED, resolved_at=NOON + timedelta(minutes=30) - timedelta(hours=hours))
    assert _answer(_asked("王阿姨", "来水了吗", done)) == number
    assert _answer(_asked("王阿姨", "来水了吗", done, _standing(4))) == 4


def test_a_question_becomes_no_ticket_but_stays_part_of_one() -> None:
    """What linking takes into a ticket stays there; a new ticket or a review is not made of an answered question."""
    commands = interpret(_asked("王阿姨", "今天几点来水", WATER))
    assert [type(c) for c in commands if not isinstance(c, ExtendTicket)] == [AnswerInquiry]
    assert not any(isinstance(c, OpenTicket) for c in commands)


def test_a_report_in_the_form_of_a_question_is_a_report() -> None:
    """怎么又没水了 is no question to know."""
    sure = cast.reading(Category.UTILITIES)
    asked = replace(_asked("王阿姨", "怎么又没水了", WATER), classification=sure)
    assert not any(isinstance(c, AnswerInquiry) for c in interpret(asked))
