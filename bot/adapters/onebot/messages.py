"""A `message` event → the message somebody wrote."""

from datetime import datetime

from bot.adapters.onebot.content import Content, content_of
from bot.adapters.onebot.decoded import PLATFORM, Refused, conversation, refused
from bot.adapters.onebot.fields import Frame, ident, moment, part, words
from bot.domain.messages import ConversationKind, ConversationRef, Identity, InboundMessage, Quote, Sender


def message_of(frame: Frame, account: str, now: datetime) -> InboundMessage | Refused:
    """The message in *frame*, heard by the bot's *account*; its quote has an id but no text yet."""
    user = author_of(frame)
    where = _where(frame, user, account)
    reason = _refusal(frame, user, where, account)
    if where is None or reason:
        return refused(frame, reason)
    content = content_of(frame, account)
    if content.is_empty:
        return refused(frame, "nothing to read")
    return _message(frame, where, user, content, now)


def author_of(frame: Frame) -> str:
    """The user id of whoever wrote the message *frame*; "" if it does not say."""
    return ident(frame.get("user_id")) or ident(part(frame, "sender").get("user_id"))


def _message(frame: Frame, where: ConversationRef, user: str, content: Content, now: datetime) -> InboundMessage:
    return InboundMessage(
        conversation=where,
        message_id=ident(frame.get("message_id")),
        sender=Sender(identity=Identity(platform=PLATFORM, user_id=user), name=_name(part(frame, "sender"))),
        text=content.text,
        at=moment(frame.get("time"), now),
        quote=Quote(message_id=content.reply_to) if content.reply_to else None,
        attachments=content.attachments,
        mentions_bot=where.account in content.mentions,
        mentions=content.mentions,
        sequence=_sequence(frame) if where.is_group else "",
        conversation_name=words(frame.get("group_name")).strip() if where.is_group else "",
    )


def _refusal(frame: Frame, user: str, where: ConversationRef | None, account: str) -> str:
    """Why *frame* is not taken in; "" if it is."""
    checks = (
        (where is None, "no conversation"),
        (not user, "no sender"),
        (user == account, "own message"),
        (not ident(frame.get("message_id")), "no message id"),
        (frame.get("sub_type") == "notice", "system notice"),
    )
    return next((reason for fails, reason in checks if fails), "")


def _where(frame: Frame, user: str, account: str) -> ConversationRef | None:
    match frame.get("message_type"):
        case "group" if group := ident(frame.get("group_id")):
            return conversation(ConversationKind.GROUP, group, account)
        case "private" if user:
            return conversation(ConversationKind.PRIVATE, user, account)
        case _:
            return None


def _name(sender: Frame) -> str:
    """The card that the group knows somebody by, else the nickname."""
    return words(sender.get("card")).strip() or words(sender.get("nickname")).strip()


def _sequence(frame: Frame) -> str:
    """The true sequence number in the group: NapCat's `real_seq`, or a `message_seq` that is not just the id again."""
    repeated = ("", ident(frame.get("message_id")), ident(frame.get("real_id")))
    sequence = ident(frame.get("message_seq"))
    return ident(frame.get("real_seq")) or ("" if sequence in repeated else sequence)
