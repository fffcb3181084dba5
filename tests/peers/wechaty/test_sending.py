"""What the bot says on WeChat, as a real gateway sends it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.errors import DeliveryError
from tests.peers.wechaty.gateway import Gateway
from tests.peers.wechaty.pictures import large_jpeg
from tests.peers.wechaty.scene import GROUP, LI, ROOM, WANG, place, post, quoting, until

#: 4 MiB is what a gateway takes, base64 and wrapping included.
FITS = 3_000_000


async def test_a_post_goes_out_with_mentions(shared_gateway: Gateway, tmp_path: Path) -> None:
    """The room gets the text with @card and WeChat's blank before it, and the ids beside it; the id comes back."""
    async with place(shared_gateway, tmp_path) as p:
        receipt = await p.adapter.send(post("【#42】请楼长确认", mentions=(LI, WANG)))
        sent = (await shared_gateway.sent())[-1]
        assert sent["text"] == "@李楼长\u2005@3-2-501 王阿姨\u2005【#42】请楼长确认"
        assert sent["mentions"] == [LI, WANG]
        assert (sent["conversation"], sent["id"]) == (ROOM, receipt.message_id)


async def test_the_own_echo_is_a_receipt_where_the_puppet_gives_none(shared_gateway: Gateway, tmp_path: Path) -> None:
    """Each post gets the id of its own echo, also the second of two equal ones; without an echo it has none."""
    async with place(shared_gateway, tmp_path) as p:
        await shared_gateway.do("behave", **{"as": {"givesIds": False}})
        try:
            receipts = [await p.adapter.send(post("【#42】已经记下", mentions=(LI,))) for _ in range(2)]
            assert [r.message_id for r in receipts] == [s["id"] for s in (await shared_gateway.sent())[-2:]]
            await shared_gateway.do("behave", **{"as": {"echoes": False}})
            assert (await p.adapter.send(post("【#43】没有回音"))).message_id == ""
        finally:
            await shared_gateway.do("behave", **{"as": {"givesIds": True, "echoes": True}})
        assert p.heard.messages == []


async def test_the_bot_knows_what_it_sent(shared_gateway: Gateway, tmp_path: Path) -> None:
    """An echo proves that a post went out, its absence proves nothing; a quote of it leads to its id."""
    async with place(shared_gateway, tmp_path) as p:
        began = datetime.now(UTC)
        receipt = await p.adapter.send(post("【#42】请楼长确认", mentions=(LI,)))
        reply = await p.hears(LI, quoting("楼事通", "@李楼长\u2005【#42】请楼长确认", "确认"))
        assert reply.quote is not None
        assert (reply.quote.message_id, reply.text) == (receipt.message_id, "确认")
        assert await p.adapter.was_sent(GROUP, "【#42】请楼长确认", began) == receipt.message_id
        assert await p.adapter.was_sent(GROUP, "【#42】从没说过", began) is None
        assert await p.adapter.was_sent(GROUP, "【#42】请楼长确认", began + timedelta(minutes=1)) is None


async def test_a_large_picture_goes_out_scaled_down(shared_gateway: Gateway, tmp_path: Path) -> None:
    """5 MB do not fit through a gateway; the picture arrives as a smaller one."""
    async with place(shared_gateway, tmp_path) as p:
        data = large_jpeg(5_000_000)
        receipt = await p.adapter.send_picture(GROUP, data)
        sent = (await shared_gateway.sent())[-1]
        assert (sent["id"], sent["conversation"]) == (receipt.message_id, ROOM)
        assert 100_000 < sent["size"] < FITS
        with pytest.raises(DeliveryError, match="not a picture"):
            await p.adapter.send_picture(GROUP, b"no picture")


async def test_photos_follow_the_words(shared_gateway: Gateway, tmp_path: Path) -> None:
    """The receipt is that of the words; a photo that cannot be sent takes nothing from them."""
    async with place(shared_gateway, tmp_path) as p:
        pictures = (b"no picture", large_jpeg(100_000))
        receipt = await p.adapter.send(replace(post("【#42】已办结"), pictures=pictures))
        words, photo = (await shared_gateway.sent())[-2:]
        assert (words["text"], words["id"], photo["conversation"]) == ("【#42】已办结", receipt.message_id, ROOM)
        assert photo["size"] > 1_000


async def test_an_account_that_is_out_sends_nothing(shared_gateway: Gateway, tmp_path: Path) -> None:
    """The error is neither final nor ambiguous: the post waits until the account is back."""
    async with place(shared_gateway, tmp_path) as p:
        await shared_gateway.do("logout")
        await until(lambda: not p.adapter.online())
        with pytest.raises(DeliveryError, match="logout") as refused:
            await p.adapter.send(post())
        assert not refused.value.permanent
        assert not refused.value.ambiguous
        await shared_gateway.do("login")
        await until(p.adapter.online)
        await p.adapter.send(post())
