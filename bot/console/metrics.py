"""Figures for Prometheus at `/metrics`: for this machine, or for who knows the token. No words, no names, no groups."""

import hmac
from collections import Counter

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.console.sessions import is_loopback
from bot.domain.records import PostStatus
from bot.ports import UnitOfWorkFactory

_POSTS = (PostStatus.WAITING, PostStatus.SENDING, PostStatus.UNKNOWN, PostStatus.FAILED, PostStatus.BY_HAND)


def mount(server: web.Application, work: UnitOfWorkFactory, token: str = "") -> None:
    """Put `GET /metrics` on *server*."""

    async def show(request: web.Request) -> web.Response:
        if not _allowed(request, token):
            raise web.HTTPNotFound
        return web.Response(body=await figures(work), headers={"Content-Type": CONTENT_TYPE_LATEST})

    server.router.add_get("/metrics", show)


def _allowed(request: web.Request, token: str) -> bool:
    """Does *request* know the token? Without one: does it come from this machine, and through no proxy?"""
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    proxied = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via"))
    return is_loopback(request.remote or "") and is_loopback(request.host) and not proxied


async def figures(begin: UnitOfWorkFactory) -> bytes:
    """What is waiting now, counted."""
    registry = CollectorRegistry()
    desk = Gauge("loushi_desk_tickets", "Tickets on the worker's desk", registry=registry)
    reviews = Gauge("loushi_reviews", "Messages that wait for review", registry=registry)
    posts = Gauge("loushi_posts", "Posts by status", ["status"], registry=registry)
    gaps = Gauge("loushi_gaps_lasting", "Channels that are out now", registry=registry)
    async with begin() as work:
        desk.set(len(await work.tickets.on_desk()))
        reviews.set(len(await work.reviews.listed()))
        counts = Counter({status: len(await work.outbox.in_status(status)) for status in _POSTS})
        gaps.set(sum(g.end is None for g in await work.gaps.listed()))
    for status in _POSTS:
        posts.labels(status=status.value).set(counts[status])
    return generate_latest(registry)
