"""The photo of finished work goes out with the news, to every group that did not see it."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.errors import DeliveryError
from bot.domain.records import About, Picture, PictureStatus
from tests.cast import NOON, PICTURE, private_chat
from tests.workers.scripted import NEVER, PERHAPS, REFUSED, Office

PRIVATE = private_chat("物业小周")
ABOUT = (About(number=1, status="resolved"),)


class Shelf:
    """A store of one picture."""

    async def keep(self, data: bytes) -> str:
        """Nothing is added here."""
        raise AssertionError(data)

    async def load(self, file: str) -> bytes:
        """The picture, unless somebody removed its file."""
        if file != "here.jpg":
            raise DeliveryError("gone", permanent=True)
        return b"photo"

    async def remove(self, file: str) -> None:
        """Nothing to do."""


async def _office(*script: DeliveryError | None, status: PictureStatus, file: str = "here.jpg") -> Office:
    """An outbox with news whose photo was shown in private as `m9`."""
    office = Office(*script)
    office.worker = office.new_worker(pictures=Shelf())
    await office.add_ticket()
    async with office.work() as work:
        picture = Picture(ticket=1, conversation=PRIVATE, message_id="m9", attachment=PICTURE, due_at=NOON)
        await work.pictures.add(picture)
        await work.commit()
    await _becomes(office, status, file)
    await office.add("已办结", about=ABOUT, proof=("m9",))
    return office


async def _becomes(office: Office, status: PictureStatus, file: str = "here.jpg") -> None:
    """The fetching of the photo ends so."""
    async with office.work() as work:
        [picture] = await work.pictures.of_ticket(1)
        kept = {"status": status, "file": file if status is PictureStatus.KEPT else ""}
        await work.pictures.update(replace(picture, **kept))
        await work.commit()


async def test_a_kept_photo_goes_along() -> None:
    """The news of finished work carries the photo of it."""
    office = await _office(status=PictureStatus.KEPT)
    await office.worker.run_due()
    [post] = office.adapter.posts
    assert (post.text, post.pictures) == ("已办结", (b"photo",))


async def test_news_waits_for_a_photo_that_is_being_fetched() -> None:
    """A photo that is on its way is waited for."""
    office = await _office(status=PictureStatus.WAITING)
    assert await office.worker.run_due() == 0
    await _becomes(office, PictureStatus.KEPT)
    await office.clock.sleep(6)
    await office.worker.run_due()
    assert office.adapter.posts[0].pictures == (b"photo",)


async def test_news_does_not_wait_for_ever() -> None:
    """After a minute the words go out alone, and a photo that cannot be had holds up nothing."""
    office = await _office(status=PictureStatus.WAITING)
    await office.clock.sleep(timedelta(minutes=1).total_seconds())
    await office.worker.run_due()
    failed = await _office(status=PictureStatus.FAILED)
    await failed.worker.run_due()
    gone = await _office(status=PictureStatus.KEPT, file="gone.jpg")
    await gone.worker.run_due()
    assert [p.pictures for o in (office, failed, gone) for p in o.adapter.posts] == [(), (), ()]


async def test_where_photos_are_refused_the_words_go_alone() -> None:
    """A group that takes no pictures still hears of the ending."""
    office = await _office(NEVER, None, status=PictureStatus.KEPT)
    await office.worker.run_due()
    assert [p.pictures for p in office.adapter.tried] == [(b"photo",), ()]
    assert len(office.adapter.posts) == 1


async def test_what_may_have_gone_out_is_not_said_again_without_its_photo() -> None:
    """A timeout with a photo is settled like any other: by looking, never by a second post."""
    office = await _office(PERHAPS, REFUSED, status=PictureStatus.KEPT)
    office.adapter.found = None
    await office.worker.run_due()
    assert len(office.adapter.tried) == 1


async def test_a_photo_taken_back_does_not_go_along() -> None:
    """Who recalls the message with the photo takes the photo out of the news."""
    office = await _office(status=PictureStatus.KEPT)
    async with office.work() as work:
        await work.pictures.remove_of_message(PRIVATE.key, "m9")
        await work.commit()
    await office.worker.run_due()
    assert office.adapter.posts[0].pictures == ()
