"""Messages that are taken back."""

from bot.domain.commands import HoldForReview
from bot.domain.places import Place
from bot.domain.tickets import Status
from tests.cast import PICTURE, reading
from tests.conversations.group import Group

LEAK = "2单元楼道水管漏水了，有人管吗"


async def test_a_recalled_report_withdraws_its_pending_ticket() -> None:
    """Before anybody acted on it, a ticket goes with its only report, and so do words and pictures."""
    async with Group() as g:
        report = await g.says("王阿姨", LEAK, attachments=(PICTURE,))
        await g.takes_back(report)
        assert g.status() is Status.WITHDRAWN
        assert "漏水" not in g.ticket().messages[0].text + g.ticket().summary
        assert await g.database.pictures.of_ticket(1) == []


async def test_a_later_recall_is_noted() -> None:
    """Once the leader has confirmed it, the ticket stays; the words are gone."""
    async with Group() as g:
        report = await g.says("王阿姨", LEAK)
        await g.says("李楼长", "确认")
        await g.takes_back(report)
        assert g.status() is Status.ASSIGNED
        assert g.ticket().messages[0].recalled
        assert g.ticket().events("recalled")


async def test_a_recalled_line_of_chatter_leaves_nothing() -> None:
    """What was never kept cannot be recalled, and is no longer heard."""
    async with Group() as g:
        said = await g.says("王阿姨", "[图片]", attachments=(PICTURE,), at_once=True)
        await g.takes_back(said)
        await g.says("王阿姨", LEAK)
        assert [m.message_id for m in g.ticket().messages] == ["m2"]


async def test_a_message_held_for_review_is_forgotten_when_recalled() -> None:
    """A worker never reads what its writer took back."""
    async with Group() as g:
        held = g.written("王阿姨", "好像有点潮")
        await g.at_the_desk(HoldForReview(message=held, classification=reading(), place=Place()))
        assert [r.text for r in await g.database.reviews.listed()] == ["好像有点潮"]
        await g.takes_back(held)
        assert await g.database.reviews.listed() == []


async def test_a_review_is_forgotten_after_a_week() -> None:
    """Decided or not, a message waits for a worker for seven days."""
    async with Group() as g:
        held = g.written("王阿姨", "好像有点潮")
        await g.at_the_desk(HoldForReview(message=held, classification=reading(), place=Place()))
        await g.passes(days=6)
        assert len(await g.database.reviews.listed()) == 1
        await g.passes(days=2)
        assert await g.database.reviews.listed() == []
