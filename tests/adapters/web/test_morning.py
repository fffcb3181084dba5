"""The scripted morning."""

import asyncio
from pathlib import Path

import pytest

from bot.adapters.web.morning import PATIENCE, PHOTOS, Morning, Step, load
from bot.adapters.web.people import PEOPLE
from bot.adapters.web.pictures import image_type
from bot.domain.errors import ConfigError
from tests.adapters.web.hearing import bot_says, group


class Hurry:
    """Sleeps that take no time, and how long they would have taken."""

    def __init__(self) -> None:
        self.slept = 0.0

    async def __call__(self, seconds: float) -> None:
        """Let everybody else move, and no time pass."""
        self.slept += seconds
        await asyncio.sleep(0)


async def played(morning: Morning) -> None:
    """Wait for the end of the play."""
    while morning.playing:
        await asyncio.sleep(0)


def test_the_script_is_whole() -> None:
    """The shipped script takes little more than a minute, shows only pictures that are there, and explains every step."""
    steps = load()
    assert sum(s.after for s in steps) < 70
    assert all(s.note and s.who in PEOPLE for s in steps)
    photos = [PHOTOS / s.photo for s in steps if s.photo]
    assert len(photos) == 2
    assert {image_type(p.read_bytes()) for p in photos} == {"image/jpeg"}


@pytest.mark.parametrize(
    "text", ["nonsense", '[[step]]\nwho = "nobody"\nafter = 1', '[[step]]\nwho = "wang"\nafter = 1\nquotes = "li: 我"']
)
def test_a_broken_script_is_one_sentence(text: str, tmp_path: Path) -> None:
    """A script that cannot be read is the operator's to mend."""
    path = tmp_path / "morning.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="剧本"):
        load(path)


async def test_quotes_what_the_bot_has_said_since() -> None:
    """A step that quotes waits for the bot's line with all its words, and takes none from before the play."""
    async with group(answers=True) as (adapter, listener):
        await adapter.send(bot_says("【#9】已记录：旧的"))
        steps = [
            Step(who="wang", after=1, text="漏水"),
            Step(who="li", after=1, text="确认", quotes=("已记录", "第1句")),
        ]
        morning = Morning(adapter, steps, Hurry())
        await morning.start()
        await played(morning)
    said = listener.heard[-1]
    assert said.text == "确认"  # type: ignore[union-attr]
    assert said.quote.text == "【#1】已记录：第1句"  # type: ignore[union-attr]


async def test_a_silent_bot_does_not_stop_the_morning() -> None:
    """When the bot does not say what a step quotes, the step is spoken all the same after its patience."""
    async with group() as (adapter, listener):
        hurry = Hurry()
        morning = Morning(adapter, [Step(who="li", after=0, text="确认", quotes=("已记录",))], hurry)
        await morning.start()
        await played(morning)
    assert [e.text for e in listener.heard] == ["确认"]  # type: ignore[union-attr]
    assert hurry.slept == pytest.approx(PATIENCE, abs=0.2)


async def test_stopping_breaks_it_off() -> None:
    """After stop nothing of the script is said, and the pages know."""
    async with group() as (adapter, listener):
        morning = Morning(adapter, [Step(who="lin", after=60, text="晚")])
        with adapter.room.page() as news:
            await morning.start()
            await asyncio.sleep(0)
            await morning.stop()
            frames = [news.get_nowait() for _ in range(news.qsize())]
    assert not morning.playing
    assert not listener.heard
    assert frames[-1] == {"type": "playing", "on": False}
