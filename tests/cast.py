"""The people of 幸福里 and what surrounds them, for the tests of the heart. One cast, written once."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.classification import Classification
from bot.domain.commands import Actor
from bot.domain.lifecycle import Doer, opened
from bot.domain.members import Grant, Member, Role
from bot.domain.messages import (
    Attachment,
    AttachmentKind,
    ConversationKind,
    ConversationRef,
    Identity,
    InboundMessage,
    Sender,
)
from bot.domain.places import Place
from bot.domain.records import Conversation
from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from bot.domain.tickets import Part, Status, Ticket, TicketMessage

ZONE = ZoneInfo("Asia/Shanghai")
#: A Tuesday morning: nobody sleeps.
NOON = datetime(2026, 3, 10, 9, 30, tzinfo=ZONE)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ESTATE = "幸福里"

#: Name → group card.
CARDS = {
    "王阿姨": "3-2-501 王阿姨",
    "赵大爷": "3-2-602 赵大爷",
    "孙姐": "5-1-302 孙姐",
    "李楼长": "李楼长",
    "钱楼长": "钱楼长",
    "小陈": "社区小陈",
    "物业小周": "物业小周",
    "一个陌生人": "一个陌生人",
}
GRANTS = {
    "李楼长": Grant(role=Role.LEADER, estate=ESTATE, building="3号楼"),
    "钱楼长": Grant(role=Role.LEADER, estate=ESTATE, building="5号楼"),
    "小陈": Grant(role=Role.WORKER, estate=ESTATE),
    "物业小周": Grant(role=Role.PROPERTY, estate=ESTATE),
}
#: Doors and phone numbers of the residents: no group may ever read them from the bot.
SECRETS = ("501", "602", "302", "13800138000", "王阿姨", "赵大爷", "孙姐", "一个陌生人")

#: The whole suite of conversations runs on WeChat too: see `tests/peers/wechaty/conversations.py`.
PLATFORM = os.environ.get("LOUSHI_TEST_PLATFORM", "transcript")
GROUP = ConversationRef(platform=PLATFORM, id="b3", account="loushi")
OTHER_GROUP = ConversationRef(platform=PLATFORM, id="b5", account="loushi")
NEW_GROUP = ConversationRef(platform=PLATFORM, id="new", account="loushi")
BUILDINGS = {GROUP.key: "3号楼", OTHER_GROUP.key: "5号楼"}
PICTURE = Attachment(kind=AttachmentKind.IMAGE, source="https://example.org/leak.jpg", name="leak.jpg")


def identity(name: str) -> Identity:
    """Who *name* is to the platform."""
    return Identity(platform=PLATFORM, user_id=f"id-{list(CARDS).index(name)}" if name in CARDS else f"id-{name}")


def sender(name: str) -> Sender:
    """*name* with their group card."""
    return Sender(identity=identity(name), name=CARDS.get(name, name))


def member(name: str) -> Member:
    """*name* with their roles."""
    grants = (GRANTS[name],) if name in GRANTS else ()
    return Member(identity=identity(name), name=CARDS.get(name, name), grants=grants)


def private_chat(name: str) -> ConversationRef:
    """The private chat of *name* with the bot."""
    return ConversationRef(
        platform=PLATFORM, kind=ConversationKind.PRIVATE, id=identity(name).user_id, account="loushi"
    )


def conversation(ref: ConversationRef = GROUP, **changes: Any) -> Conversation:
    """A group that takes part."""
    known = Conversation(
        ref=ref, estate=ESTATE, building=BUILDINGS.get(ref.key, ""), enabled=True, first_seen=NOON - DAY
    )
    return replace(known, **changes)


def message(name: str, text: str, number: int = 1, **changes: Any) -> InboundMessage:
    """What *name* said as the message `m`*number*, that many minutes after noon, or what *changes* make of it."""
    said = InboundMessage(
        conversation=GROUP,
        message_id=f"m{number}",
        sender=sender(name),
        text=text,
        at=NOON + timedelta(minutes=number),
    )
    return replace(said, **changes)


def reading(category: Category = Category.LEAK, issue: float = 0.98, **changes: Any) -> Classification:
    """A sure complaint about *category*, or what *changes* make of it."""
    sure = Classification(
        kind=Kind.COMPLAINT if issue >= 0.5 else Kind.CHATTER,
        category=category,
        issue=issue,
        category_confidence=0.95 if issue >= 0.5 else 0.2,
        shares={category: 0.95} if issue >= 0.5 else {},
    )
    return replace(sure, **changes)


def ticket_message(name: str = "王阿姨", text: str = "3单元漏水了", number: int = 1, **changes: Any) -> TicketMessage:
    """A message of a ticket."""
    said = TicketMessage(
        conversation=GROUP,
        message_id=f"m{number}",
        sender=identity(name),
        sender_name=CARDS[name],
        at=NOON + timedelta(minutes=number),
        text=text,
        part=Part.REPORT,
    )
    return replace(said, **changes)


def ticket(status: Status = Status.PENDING, **changes: Any) -> Ticket:
    """王阿姨's ticket #1, as if it had come to *status* by itself, or what *changes* make of it."""
    new = Ticket(
        number=1,
        kind=Kind.COMPLAINT,
        category=Category.LEAK,
        tier=Tier.SMALL,
        urgency=Urgency.NORMAL,
        confidence=0.98,
        place=Place(estate=ESTATE, building="3号楼", unit="2单元", room="501"),
        home=GROUP,
        summary="3单元漏水了",
        messages=(ticket_message(),),
        reporters=(identity("王阿姨"),),
        opened_at=NOON,
        active_at=NOON + timedelta(minutes=1),
    )
    born = opened(new, Doer(by=identity("王阿姨"), role="resident", at=NOON))
    folded = {"merged_into": 12} if status is Status.MERGED else {}
    return replace(born, **{"status": status, **folded, **changes})


def actor(name: str, at: datetime = NOON, **changes: Any) -> Actor:
    """*name*, giving a command in the group."""
    return replace(Actor(member=member(name), at=at, conversation=GROUP, message_id="m99"), **changes)


def doer(name: str, at: datetime = NOON) -> Doer:
    """*name* as a history shows them."""
    role = GRANTS[name].role.value if name in GRANTS else "resident"
    return Doer(by=identity(name), role=role, at=at)
