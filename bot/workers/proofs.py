"""Photos that go along with a post: whoever finished the work showed it elsewhere, and the group should see it too."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.errors import DeliveryError
from bot.domain.records import Picture, PictureStatus, Post
from bot.ports import PictureStore, UnitOfWork

#: The news does not wait longer than this for a photo that is still being fetched.
PATIENCE = timedelta(minutes=1)
#: More photos than this flood a group.
MOST = 3


async def awaited(posts: Iterable[Post], now: datetime, work: UnitOfWork) -> list[Post]:
    """Those of *posts* whose photos are still on their way, and worth a moment."""
    fresh = [p for p in posts if p.proof and now - p.created_at < PATIENCE]
    return [p for p in fresh if any(s.status is PictureStatus.WAITING for s in await _shown(p, work))]


async def photos(posts: Iterable[Post], work: UnitOfWork, store: PictureStore) -> tuple[bytes, ...]:
    """The photos that go along with *posts*, `MOST` at most. One that is gone is left out."""
    kept = [s for p in posts if p.proof for s in await _shown(p, work) if s.status is PictureStatus.KEPT]
    found: list[bytes] = []
    for picture in kept[:MOST]:
        with suppress(DeliveryError):
            found.append(await store.load(picture.file))
    return tuple(found)


async def _shown(post: Post, work: UnitOfWork) -> list[Picture]:
    """The pictures of the messages that *post* names."""
    of_tickets = [s for a in post.about for s in await work.pictures.of_ticket(a.number)]
    return [s for s in of_tickets if s.message_id in post.proof]
