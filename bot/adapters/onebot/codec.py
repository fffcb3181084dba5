"""One frame → what happened. Pure: it promises an answer for any JSON object, and never raises."""

from datetime import datetime

from bot.adapters.onebot.decoded import Decoded, refused
from bot.adapters.onebot.fields import Frame, ident
from bot.adapters.onebot.messages import message_of
from bot.adapters.onebot.notices import meta_of, notice_of


def decode(frame: Frame, *, account: str = "", now: datetime) -> Decoded:
    """What the event *frame* says; *account* is the bot's where the frame does not name it, *now* the time likewise."""
    account = ident(frame.get("self_id")) or account
    if not account:
        return refused(frame, "no account")
    match frame.get("post_type"):
        case "message":
            return message_of(frame, account, now)
        case "message_sent":
            return refused(frame, "own echo")
        case "meta_event":
            return meta_of(frame, account, now)
        case "notice":
            return notice_of(frame, account, now)
        case _:
            return refused(frame, "not for us")


def is_response(frame: Frame) -> bool:
    """Is *frame* the answer to an action, and no event?"""
    return "post_type" not in frame and ("retcode" in frame or "status" in frame)
