"""Figures worked out beside the program's other work: in a thread, each once, the last few kept.

What is kept is given again as long as no ticket has changed since (`History.mark`), and no longer than some minutes:
time limits run out without anybody doing anything. A figure that was shown is found again by its moment.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from aiohttp import web

from bot.console.figures_address import Question, read
from bot.console.parts import Console, console_of, visitor_of
from bot.domain.backlog import TicketList
from bot.domain.figures.overview import Overview, behind, overview, since
from bot.domain.tickets import Ticket

#: Tickets of a history that was read in from a file: nobody answered them while they happened.
IMPORTED = frozenset({"transcript"})
#: So many overviews are kept; each holds the tickets of its period.
_KEPT = 6
#: So long one may be given again though time limits go on.
_FRESH = timedelta(minutes=5)
#: So many tickets are read before others have their turn.
_AT_ONCE = 100

Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Key:
    question: Question
    #: The moment it is about, and what had changed by the time that it was worked out.
    at: datetime
    mark: Mark


class FiguresDesk:
    """Answers questions with overviews."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: OrderedDict[_Key, asyncio.Task[Overview]] = OrderedDict()
        #: One at a time: two would only make each other wait, and the groups too.
        self._turn = asyncio.Lock()

    async def answer(
        self, console: Console, question: Question, at: datetime | None = None
    ) -> tuple[Overview, datetime]:
        """The overview as of *at*, or of now, and the moment that it is about."""
        async with console.reading() as work:
            mark = await work.history.mark()
        now = console.now()
        key = self._known(question, mark, now) if at is None else self._shown(question, at)
        key = key or _Key(question, at or now.replace(microsecond=0) + timedelta(seconds=1), mark)
        return await asyncio.shield(self._task(console, key)), key.at

    def _known(self, question: Question, mark: Mark, now: datetime) -> _Key | None:
        """What was worked out for the same question a moment ago, with nothing changed since."""
        same = (k for k in reversed(self._kept) if (k.question, k.mark) == (question, mark))
        return next((k for k in same if now - k.at < _FRESH or k.at >= question.period.end), None)

    def _shown(self, question: Question, at: datetime) -> _Key | None:
        """What was worked out about that very moment: what comes later changes none of it."""
        return next((k for k in reversed(self._kept) if (k.question, k.at) == (question, at)), None)

    def _task(self, console: Console, key: _Key) -> asyncio.Task[Overview]:
        task = self._kept.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception())):
            task = self._kept[key] = asyncio.create_task(self._work_out(console, key))
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return task

    async def _work_out(self, console: Console, key: _Key) -> Overview:
        async with self._turn:
            tickets = await _counting(console, key)
            return await asyncio.to_thread(
                overview, tickets, key.question.period, key.at, console.policy, console.similarity, IMPORTED
            )


async def _counting(console: Console, key: _Key) -> list[Ticket]:
    """The tickets that could count, read in portions."""
    question, tickets, after = key.question, list[Ticket](), 0
    first = since(question.period, key.at, console.policy)
    async with console.reading() as work:
        while some := await work.history.counting(question.grants, first, after=after, limit=_AT_ONCE):
            tickets += [t for t in some if question.wants(t.place)]
            after = some[-1].number
            await asyncio.sleep(0)
    return tickets


async def looked_up(request: web.Request, wanted: TicketList) -> TicketList:
    """*wanted* with the tickets of the figure that it names, as its reader may see them. Raises `ValueError`."""
    if not wanted.figure:
        return wanted
    console, grants = console_of(request), visitor_of(request).scope.grants
    asked = read(dict(parse_qsl(wanted.figure)), grants, console.now())
    if asked.ref is None or asked.at is None or asked.errors:
        raise ValueError("这个数的地址不完整，没有按它筛")
    made, _ = await request.config_dict[DESK].answer(console, asked.question, asked.at)
    return replace(wanted, among=frozenset(behind(made, asked.ref)))


DESK = web.AppKey("figures", FiguresDesk)
