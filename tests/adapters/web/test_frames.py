"""Whatever a page sends is doubted first."""

import base64
import json
import random

import pytest

from bot.adapters.web.frames import BadFrameError, asked
from tests.adapters.web.hearing import PIXEL


def test_say() -> None:
    """A whole line is understood whole."""
    picture = base64.b64encode(PIXEL).decode()
    frame = {"type": "say", "who": "wang", "text": " 漏水 ", "quote": "a-1", "picture": picture, "private": True}
    wish = asked(json.dumps(frame))
    assert (wish.does, wish.who, wish.text, wish.line, wish.picture, wish.private) == (
        "say", "wang", "漏水", "a-1", PIXEL, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "nonsense",
        "[]",
        "[" * 100_000,
        '{"type": "dance"}',
        '{"type": ["say"]}',
        '{"type": "say", "who": "一个陌生人", "text": "我"}',
        '{"type": "say", "who": "wang", "text": ""}',
        '{"type": "say", "who": "wang", "text": 5}',
        json.dumps({"type": "say", "who": "wang", "text": "长" * 4001}),
        json.dumps({"type": "say", "who": "wang", "picture": "不是base64"}),
        json.dumps({"type": "say", "who": "wang", "picture": "A" * 7_500_000}),
        json.dumps({"type": "recall", "who": "wang", "id": "1" * 41}),
    ],
)
def test_refused(raw: str) -> None:
    """What no page of ours would send is refused with a sentence, not with an accident."""
    with pytest.raises(BadFrameError, match=r"\w"):
        asked(raw)


def test_lone_surrogates_are_harmless() -> None:
    """A broken character cannot break an encoder behind us."""
    asked('{"type": "say", "who": "wang", "text": "漏\\ud800水"}').text.encode()


def test_any_json_is_answered() -> None:
    """Random frames are understood or refused; nothing else comes out."""
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    values = ["say", "recall", "wang", "", "漏水", 0, None, True, [], {}, "A===", "😀", -1.5]
    names = ["type", "who", "text", "quote", "picture", "private", "id"]
    for _ in range(500):
        frame = {name: dice.choice(values) for name in dice.sample(names, dice.randint(0, 7))}
        try:
            asked(json.dumps(frame))
        except BadFrameError:
            continue
