"""The tickets as they change: one ticket as a JSON-able view, and all of them as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot.console.reasons import reasons
from bot.domain.members import Role
from bot.domain.messages import AttachmentKind, Identity
from bot.domain.schedule import StepName
from bot.domain.taxonomy import Named, by_label
from bot.domain.text import masked
from bot.domain.tickets import Ticket, TicketEvent, TicketMessage
from bot.ports import Changes, UnitOfWorkFactory

#: At most this many lists a second go to one page, however fast things change.
_PER_SECOND = 5
#: A silent line is spoken on this often, so that both ends notice when the other is gone.
_HEARTBEAT = 15.0
#: The newest tickets that a page gets.
_MOST = 200

#: What people read for an event of the history.
EVENTS = {
    "opened": "记录",
    "supported": "附议",
    "raised": "提高紧急程度",
    "confirmed": "确认",
    "rejected": "不受理",
    "referred": "转介，给出办法",
    "assigned": "派单",
    "accepted": "接单",
    "progressed": "办理中",
    "resolved": "办结",
    "reopened": "重新办理",
    "rated": "评价",
    "withdrawn": "撤回",
    "urged": "催办",
    "retiered": "改层级",
    "recategorised": "改类别",
    "merged": "合并",
    "split": "拆分",
    "recalled": "消息撤回",
    "told": "已告知",
    "closed": "归档",
    "reviewed": "人工判定",
    "recurred": "同一件事又发生",
    "declined": "退回",
    "contested": "对层级有异议",
    "tier_upheld": "维持层级",
    "list_proposed": "建议修改清单",
    "measured": "商定措施",
    "sent_up": "上报",
    "promised": "承诺",
    "paused": "暂停计时",
    "resumed": "恢复计时",
    "mediation_asked": "请求调解",
    "call_back_due": "待回访",
    "called_back": "回访",
    "untold": "结果没能告知",
    **{step.value: step.label for step in StepName},
}


def ticket_view(ticket: Ticket, bodies: Mapping[str, str] | None = None) -> dict[str, Any]:
    """*ticket* as a worker sees it, but with phone numbers and the like masked; *bodies* names responsible bodies."""
    names = {m.sender: m.sender_name for m in ticket.messages}
    return {
        "number": ticket.number,
        "code": ticket.code,
        **{name: _named(getattr(ticket, name)) for name in ("status", "kind", "category", "tier", "urgency")},
        "confidence": round(ticket.confidence, 3),
        "place": ticket.place.public,
        "room": ticket.place.room,
        "households": ticket.households,
        "summary": masked(ticket.summary),
        "body": (bodies or {}).get(ticket.body) or _label(Role, ticket.body),
        "messages": [_message(m) for m in ticket.messages],
        "evidence": [
            {"source": e.source, "text": e.words, "weight": round(e.weight, 2)} for e in reasons(ticket.evidence)
        ],
        "history": [_event(e, names) for e in ticket.history],
        "ratings": list(ticket.ratings.values()),
        "opened_at": ticket.opened_at.isoformat(),
        "active_at": ticket.active_at.isoformat(),
        "close_after": ticket.close_after.isoformat() if ticket.close_after else None,
        "merged_into": ticket.merged_into,
        "previous": ticket.previous,
        "version": ticket.version,
    }


def _named(word: Named) -> dict[str, str]:
    return {"code": word.value, "label": word.label}


def _label(words: type[Named], code: str) -> str:
    word = by_label(words, code) if code else None
    return word.label if word else code


def _message(message: TicketMessage) -> dict[str, Any]:
    return {
        "id": message.message_id,
        "who": message.sender.user_id,
        "name": message.sender_name,
        "at": message.at.isoformat(),
        "text": masked(message.text),
        "part": _named(message.part),
        "images": sum(a.kind is AttachmentKind.IMAGE for a in message.attachments),
        "recalled": message.recalled,
    }


def _event(event: TicketEvent, names: Mapping[Identity, str]) -> dict[str, Any]:
    data = event.data
    said = data.get("note") or data.get("reason") or (f"{data['stars']}分" if "stars" in data else "")
    return {
        "name": event.name,
        "label": EVENTS.get(event.name, event.name),
        "at": event.at.isoformat(),
        "who": event.by.user_id if event.by else "",
        "by": names.get(event.by, "") if event.by else "",
        "role": _label(Role, event.role) if event.role != Role.RESIDENT else "",
        "text": masked(str(said)),
    }


def mount(
    app: web.Application,
    work: UnitOfWorkFactory,
    changes: Changes,
    allowed: Callable[[web.Request], bool],
    bodies: Mapping[str, str] | None = None,
    shown: Callable[[Ticket], bool] = lambda _ticket: True,
) -> None:
    """Put `GET /live/tickets` on *app*: the tickets to be *shown*. Requests that are not *allowed* get 403."""
    Live(work, changes, allowed, bodies, shown).mount(app)


class Live:
    """The streams that are open now."""

    def __init__(
        self,
        work: UnitOfWorkFactory,
        changes: Changes,
        allowed: Callable[[web.Request], bool],
        bodies: Mapping[str, str] | None = None,
        shown: Callable[[Ticket], bool] = lambda _ticket: True,
    ) -> None:
        self._work = work
        self._changes = changes
        self._allowed = allowed
        self._bodies = bodies
        self._shown = shown
        self._open: set[asyncio.Task[Any]] = set()

    def mount(self, app: web.Application) -> None:
        """Put the route on *app*, and end the streams when it stops."""
        app.router.add_get("/live/tickets", self.stream)
        app.on_shutdown.append(self.close)

    async def close(self, _app: web.Application) -> None:
        """End every stream; a browser asks again by itself."""
        for stream in list(self._open):
            stream.cancel()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """All tickets now, and again after every change."""
        if not self._allowed(request):
            raise web.HTTPForbidden
        response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        following = asyncio.create_task(self._follow(response))
        self._open.add(following)
        try:
            await asyncio.wait({following})
        finally:
            self._open.discard(following)
            following.cancel()
        return response

    async def _follow(self, response: web.StreamResponse) -> None:
        """Write lists for as long as somebody reads them."""
        changed = self._changes.watch()
        with suppress(ConnectionError):
            while True:
                await response.write(b"data: " + await self.snapshot() + b"\n\n")
                await asyncio.sleep(1 / _PER_SECOND)
                await self._next(changed, response)

    async def _next(self, changed: AsyncIterator[None], response: web.StreamResponse) -> None:
        """Wait for a change, with a sign of life now and then."""
        waiting = asyncio.ensure_future(anext(changed))
        try:
            while not (await asyncio.wait({waiting}, timeout=_HEARTBEAT))[0]:
                await response.write(b": still here\n\n")
        finally:
            waiting.cancel()

    async def snapshot(self) -> bytes:
        """The newest tickets, newest first, as JSON in one line."""
        async with self._work() as work:
            tickets = [t for t in await work.tickets.listed() if self._shown(t)]
        views = [ticket_view(t, self._bodies) for t in reversed(tickets[-_MOST:])]
        return json.dumps(views, ensure_ascii=False, separators=(",", ":")).encode()
