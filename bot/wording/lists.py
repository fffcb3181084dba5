"""Several matters in one post."""

from collections.abc import Iterable, Sequence

from bot.domain.tickets import Status, Ticket
from bot.wording.parts import code, subject


def merged_posts(texts: Iterable[str]) -> str:
    """Several sentences in one post."""
    return "\n".join(texts)


def digest(tickets: Iterable[tuple[int, str]]) -> str:
    """Many pieces of news in one post: the latest status of each ticket, as number and status code."""
    latest = dict(tickets)
    lines = [f"【#{number}】{Status(status).label}" for number, status in latest.items()]
    return "\n".join([*lines, f"以上{len(latest)}件的近况，回复「查 #号」看详情。"])


#: How sentences about tickets begin: by this a pasted one is recognised.
MARKS = ("【#", "本周清单")
#: A list names at most so many tickets.
LISTED = 10


def to_do(items: Sequence[tuple[Ticket, str]]) -> str:
    """What waits for somebody this morning, each with the reason."""
    lines = [f"{code(t)}{subject(t)}：{why}" for t, why in items[:LISTED]]
    more = [f"还有{len(items) - LISTED}件"] if len(items) > LISTED else []
    return "\n".join([f"今天等您的有{len(items)}件：", *lines, *more])


def week(new: int, done: int, still: Sequence[Ticket]) -> str:
    """A group's list: counts, and what is still open."""
    counts = f"本周清单：新增{new}件，办结{done}件，在办{len(still)}件。"
    lines = [f"{code(t)}{subject(t)}：{t.status.label}" for t in still[:LISTED]]
    more = [f"还有{len(still) - LISTED}件在办"] if len(still) > LISTED else []
    return "\n".join([counts, *lines, *more])
