"""Receipts by echo, quotes by words, pictures by size."""

import asyncio
import io
import os
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from bot.adapters.wechaty.pictures import LARGEST, made_small
from bot.adapters.wechaty.posts import Posts
from bot.adapters.wechaty.recent import CONVERSATIONS, MESSAGES, Recent
from bot.adapters.wechaty.values import Kind, Said
from bot.domain.errors import DeliveryError

NOON = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


def echo(id_: str, text: str) -> Said:
    """What the bot said, as it comes back."""
    return Said(id=id_, kind=Kind.TEXT, text=text, timestamp=0, talker="bot", room="r")


async def test_a_receipt_is_the_echo_before_or_after() -> None:
    """An echo may be faster than the answer or slower; two equal posts get one each."""
    posts = Posts()
    posts.echoed(echo("1", "@李楼长\u2005【#1】已记录"), "r", NOON)
    assert await posts.receipt("r", "@李楼长 【#1】已记录", NOON, 0.0) == "1"
    later = asyncio.create_task(posts.receipt("r", "【#1】已记录", NOON, 1.0))
    await asyncio.sleep(0)
    posts.echoed(echo("2", "【#1】 已记录\n"), "r", NOON)
    assert await later == "2"
    assert await posts.receipt("r", "【#1】已记录", NOON, 0.0) == ""


async def test_equal_posts_under_way_get_one_echo_each() -> None:
    """Two who wait for the same words are not given the same id."""
    posts = Posts()
    both = [asyncio.create_task(posts.receipt("r", "同上", NOON, 1.0)) for _ in range(2)]
    await asyncio.sleep(0)
    posts.echoed(echo("1", "同上"), "r", NOON)
    posts.echoed(echo("2", "同上"), "r", NOON)
    assert await asyncio.gather(*both) == ["1", "2"]


def test_a_missing_echo_proves_nothing() -> None:
    """Sent, or unknown; elsewhere or long ago does not count."""
    posts = Posts()
    posts.echoed(echo("1", "【#1】已记录"), "r", NOON)
    assert posts.sent("r", "【#1】已记录", NOON) == "1"
    assert posts.sent("s", "【#1】已记录", NOON) is None
    assert posts.sent("r", "【#1】已记录", NOON + timedelta(minutes=1)) is None


def test_words_lead_back_to_the_newest_message_that_said_them() -> None:
    """What everybody says leads nowhere, what was taken back neither, and no words are kept."""
    recent = Recent()
    recent.add("r", "2单元漏水了", "1")
    recent.add("r", "2单元 漏水了\n", "2")
    recent.add("r", "好的", "3")
    assert recent.find("r", "2单元漏水了") == "2"
    assert recent.find("r", "好的") == ""
    assert recent.find("s", "2单元漏水了") == ""
    assert "漏水" not in repr(vars(recent))
    recent.forget("r", "2")
    assert recent.find("r", "2单元漏水了") == ""


def test_memory_is_bounded() -> None:
    """However much is said, only the newest is remembered."""
    recent = Recent()
    for n in range(MESSAGES + 1):
        recent.add("r", f"第{n}句话", str(n))
    assert (recent.find("r", "第0句话"), recent.find("r", "第1句话")) == ("", "1")
    for n in range(CONVERSATIONS):
        recent.add(f"r{n}", "有人吗在不在", "x")
    assert recent.find("r", "第1句话") == ""


async def test_pictures_are_made_small_enough() -> None:
    """Noise of 12 million pixels fits after scaling; what is small stays as large as it was; what is none is refused."""
    noise = Image.frombytes("RGB", (4000, 3000), os.urandom(36_000_000))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    assert out.tell() > 2 * LARGEST
    name, small = await made_small(out.getvalue())
    assert name == "photo.jpg"
    assert len(small) <= LARGEST
    tiny = io.BytesIO()
    Image.new("RGBA", (40, 30), (255, 0, 0, 128)).save(tiny, "PNG")
    with Image.open(io.BytesIO((await made_small(tiny.getvalue()))[1])) as kept:
        assert (kept.format, kept.size) == ("JPEG", (40, 30))
    with pytest.raises(DeliveryError) as refused:
        await made_small(b"GIF89a nothing")
    assert refused.value.permanent
