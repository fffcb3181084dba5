"""The people of the building, and values around them, for the tests of storage."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.classification import Classification, Evidence
from bot.domain.lifecycle import Doer, opened
from bot.domain.members import Role
from bot.domain.messages import Attachment, AttachmentKind, ConversationKind, ConversationRef, Identity
from bot.domain.places import Place
from bot.domain.records import Conversation, Invitation, Picture, Post, Priority, Review
from bot.domain.taxonomy import Category, Kind, Tier, Urgency
from bot.domain.tickets import Part, Ticket, TicketMessage

NOW = datetime(2025, 3, 7, 20, 15, 30, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

WANG = Identity(platform="onebot", user_id="200001")
ZHAO = Identity(platform="onebot", user_id="200002")
LI = Identity(platform="onebot", user_id="200003")
CHEN = Identity(platform="web", user_id="chen")
ZHOU = Identity(platform="onebot", user_id="200005")
STRANGER = Identity(platform="onebot", user_id="299999")

GROUP = ConversationRef(platform="onebot", id="700001", account="10001")
OTHER_GROUP = ConversationRef(platform="onebot", id="700002", account="10001")
PRIVATE = ConversationRef(platform="onebot", kind=ConversationKind.PRIVATE, id="200001", account="10001")
HOME = Place(estate="幸福里", building="3号楼", unit="2单元", room="501", spot="楼道")


def message(message_id: str = "m1", **changes: Any) -> TicketMessage:
    """What 王阿姨 wrote, or what *changes* make of it."""
    wrote = TicketMessage(
        conversation=GROUP,
        message_id=message_id,
        sender=WANG,
        sender_name="3-2-501 王阿姨🌸",
        at=NOW,
        text="3单元楼道水管漏水了 有人管吗",
        part=Part.REPORT,
        attachments=(Attachment(kind=AttachmentKind.IMAGE, source="https://example.org/1.jpg", name="漏水.jpg"),),
    )
    return replace(wrote, **changes)


def ticket(**changes: Any) -> Ticket:
    """A new ticket of 王阿姨, not stored yet."""
    new = Ticket(
        kind=Kind.COMPLAINT,
        category=Category.LEAK,
        tier=Tier.SMALL,
        urgency=Urgency.URGENT,
        confidence=0.9371,
        place=HOME,
        home=GROUP,
        summary="楼道水管漏水",
        messages=(message(),),
        reporters=(WANG,),
        evidence=(Evidence(source="keyword", words="漏水", weight=2.5), Evidence(source="model", words="水管")),
        opened_at=NOW,
        active_at=NOW,
    )
    return opened(replace(new, **changes), Doer(by=WANG, role="resident", at=NOW))


def post(key: str = "t1:told", **changes: Any) -> Post:
    """A post of news to the group."""
    news = Post(
        key=key,
        conversation=GROUP,
        text="【#1】已记录：楼道漏水",
        priority=Priority.NEWS,
        created_at=NOW,
        due_at=NOW,
    )
    return replace(news, **changes)


def review(message_id: str = "m1", **changes: Any) -> Review:
    """A message that may be an issue."""
    waiting = Review(
        conversation=GROUP,
        message_id=message_id,
        sender=WANG,
        sender_name="王阿姨",
        text="楼下又开始了",
        at=NOW,
        place=HOME,
        classification=Classification(
            kind=Kind.COMPLAINT,
            category=Category.NOISE,
            issue=0.4,
            category_confidence=0.7,
            evidence=(Evidence(source="model", words="又", weight=0.25),),
        ),
        expires_at=NOW + 7 * DAY,
    )
    return replace(waiting, **changes)


def picture(number: int, message_id: str = "m1", **changes: Any) -> Picture:
    """A picture of ticket *number*, to be fetched."""
    attachment = Attachment(kind=AttachmentKind.IMAGE, source="file:///漏水", name="漏水.jpg")
    new = Picture(ticket=number, conversation=GROUP, message_id=message_id, attachment=attachment, due_at=NOW)
    return replace(new, **changes)


def conversation(ref: ConversationRef = GROUP, **changes: Any) -> Conversation:
    """A group that the bot has met."""
    return replace(Conversation(ref=ref, name="3号楼业主群", first_seen=NOW), **changes)


def invitation(code_hash: str = "5f4d") -> Invitation:
    """A code for the leader of building 3."""
    return Invitation(code_hash=code_hash, role=Role.LEADER, estate="幸福里", building="3号楼", expires_at=NOW + DAY)
