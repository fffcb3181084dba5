"""CQ strings."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.onebot import cq
from bot.adapters.onebot.cq import Segment

WORDS = st.text(st.sampled_from("漏水3#2-501[],&;=: \n44919ampCQ:at\u200b\u3000😀"), max_size=30)
NAMES = st.text(st.sampled_from("abcdefxyz_"), min_size=1, max_size=6)
CODES = st.builds(Segment, NAMES.filter(lambda n: n != "text"), st.dictionaries(NAMES, WORDS, max_size=4))
TEXTS = st.builds(lambda text: Segment("text", {"text": text}), WORDS.filter(bool))


def merged(segments: list[Segment]) -> list[Segment]:
    """*segments* with neighbouring texts as one, which is all that a CQ string can tell."""
    result: list[Segment] = []
    for segment in segments:
        if segment.type == "text" and result and result[-1].type == "text":
            result[-1] = Segment("text", {"text": result[-1].data["text"] + segment.data["text"]})
        else:
            result.append(segment)
    return result


@given(st.lists(CODES | TEXTS, max_size=6))
def test_segments_survive_the_notation(segments: list[Segment]) -> None:
    """What is written as a CQ string reads as the same segments."""
    assert cq.parse(cq.dump(segments)) == merged(segments)


@given(WORDS)
def test_any_string_can_be_read(text: str) -> None:
    """Whatever somebody typed can be read, and what is read can be written and read again."""
    segments = cq.parse(text)
    assert cq.parse(cq.dump(segments)) == merged(segments)


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", []),
        ("漏水&#91;急&#93;,&amp;", [Segment("text", {"text": "漏水[急],&"})]),
        ("&amp;#91;", [Segment("text", {"text": "&#91;"})]),
        ("[CQ:shake]", [Segment("shake", {})]),
        ("[CQ:at,qq=1] 看", [Segment("at", {"qq": "1"}), Segment("text", {"text": " 看"})]),
        ("[CQ:image,url=http://a/?x=1&amp;y=2&#44;3]", [Segment("image", {"url": "http://a/?x=1&y=2,3"})]),
        ("[CQ:at,qq=1", [Segment("text", {"text": "[CQ:at,qq=1"})]),
        ("[CQ:,]", [Segment("text", {"text": "[CQ:,]"})]),
    ],
)
def test_examples(text: str, segments: list[Segment]) -> None:
    """Escapes, empty codes and broken codes read as a person would."""
    assert cq.parse(text) == segments


def test_hostile_text_is_read_in_linear_time() -> None:
    """A megabyte of unfinished codes does not hold the wire up."""
    begun = time.perf_counter()
    cq.parse("[CQ:a,b" * 150_000)
    assert time.perf_counter() - begun < 2
