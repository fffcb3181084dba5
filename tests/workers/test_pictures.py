"""Pictures are fetched soon, tried again when the platform stumbles, and given up when they are gone."""

from dataclasses import replace

import pytest

from bot.changes import Changes
from bot.domain.errors import DeliveryError
from bot.domain.messages import Attachment
from bot.domain.records import Picture, PictureStatus
from bot.workers.pictures import TRIES, PictureWorker
from tests.cast import GROUP, NOON, PICTURE
from tests.workers.scripted import NEVER, REFUSED, Office, Scripted


class Album(Scripted):
    """A platform with pictures: each fetch follows the script."""

    async def fetch(self, attachment: Attachment) -> bytes:
        """A picture, or what the script says."""
        if self.script and (error := self.script.pop(0)) is not None:
            raise error
        return b"picture"


class Folder:
    """Keeps pictures by counting them."""

    def __init__(self) -> None:
        """Empty."""
        self.kept: list[bytes] = []

    async def keep(self, data: bytes) -> str:
        """Keep one; its name."""
        self.kept.append(data)
        return f"{len(self.kept)}.webp"

    async def load(self, file: str) -> bytes:
        """Nobody looks at them here."""
        raise AssertionError(file)

    async def remove(self, file: str) -> None:
        """Nothing to do."""


async def _after(script: list[DeliveryError | None], platform: str = GROUP.platform) -> Picture:
    """The picture after as many rounds as it takes."""
    office, changes = Office(), Changes()
    adapters, store = {GROUP.platform: Album(script=script)}, Folder()
    worker = PictureWorker(work=office.work, adapters=adapters, store=store, clock=office.clock, changes=changes)
    where = replace(GROUP, platform=platform)
    async with office.work() as work:
        new = Picture(ticket=1, conversation=where, message_id="m1", attachment=PICTURE, due_at=NOON)
        await work.pictures.add(new)
        await work.commit()
    for _ in range(8):
        await worker.run_due()
        await office.clock.sleep(3600)
    [picture] = await office.database.pictures.of_ticket(1)
    return picture


@pytest.mark.parametrize(
    ("script", "status", "attempts"),
    [
        ([], PictureStatus.KEPT, 1),
        ([REFUSED, REFUSED], PictureStatus.KEPT, 3),
        ([REFUSED] * 9, PictureStatus.FAILED, TRIES),
        ([NEVER], PictureStatus.FAILED, 1),
    ],
)
async def test_a_picture_is_fetched_or_given_up(
    script: list[DeliveryError | None], status: PictureStatus, attempts: int
) -> None:
    """A stumbling platform is asked again a few times; what is gone for good is not asked for twice."""
    picture = await _after(list(script))
    assert (picture.status, picture.attempts) == (status, attempts)
    assert bool(picture.file) is (status is PictureStatus.KEPT)


async def test_a_picture_of_a_platform_that_is_gone_is_given_up() -> None:
    """Nobody can fetch from a platform that is not connected any more."""
    assert (await _after([], platform="nowhere")).status is PictureStatus.FAILED
