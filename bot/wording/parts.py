"""Parts of sentences: codes, places, times, other people's words made safe."""

from datetime import datetime, timedelta

from bot.domain.text import masked, shortened
from bot.domain.tickets import Ticket


def code(ticket: Ticket) -> str:
    """The mark that every sentence about *ticket* begins with: `【#42】`."""
    return f"【{ticket.code}】"


def subject(ticket: Ticket) -> str:
    """Place and category, as a group may read them: `3号楼2单元 电梯`."""
    return " ".join(part for part in (ticket.place.public, ticket.category.label) if part)


def moment(at: datetime, now: datetime) -> str:
    """*at* as people say it at *now*, by the clock of *now*: `10:20`, `昨天10:20`, `3月9日10:20`."""
    local = at.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    day = {0: "", 1: "昨天"}.get(days, f"{local.month}月{local.day}日")
    return f"{day}{local:%H:%M}"


def own_words(said: object) -> str:
    """Somebody's own words within a sentence of the bot."""
    return shortened(masked(str(said)), 60).rstrip("。.！!")


def hours(span: timedelta) -> str:
    """A span as people say it."""
    seconds = span.total_seconds()
    whole = round(seconds / 3600)
    if whole:
        return f"{whole}小时"
    return f"{round(seconds / 60)}分钟" if seconds >= 60 else f"{round(seconds)}秒"


def hour(at: datetime) -> str:
    """A local time as people say it: `3月12日17点`."""
    return f"{at.month}月{at.day}日{at.hour}点" + (f"{at.minute}分" if at.minute else "")


def by_when(at: datetime, now: datetime) -> str:
    """*at* as the end of a time limit, as people say it at *now*, by the clock of *now*: `周三17点前`."""
    local = at.astimezone(now.tzinfo)
    days = (local.date() - now.date()).days
    near = {0: "今天", 1: "明天", 2: "后天"}.get(days, "周" + "一二三四五六日"[local.weekday()] if 0 < days < 7 else "")
    return f"{near or f'{local.month}月{local.day}日'}{local.hour}点{f'{local.minute}分' if local.minute else ''}前"
