"""Quotes and mentions, which WeChat leaves to the text."""

import time

import pytest

from bot.adapters.wechaty.words import mentioned, quote_in, with_mentions, without_mention

LINE = "- - - - - - - - - - - - - - -"


@pytest.mark.parametrize(
    ("text", "quoted", "reply"),
    [
        (f"「楼事通：【#42】已记录」\n{LINE}\n确认", "【#42】已记录", "确认"),
        (
            f"「楼事通：【#1】请楼长回复「确认」或「误报」。」\n{LINE}\n确认",
            "【#1】请楼长回复「确认」或「误报」。",
            "确认",
        ),
        (f"「王阿姨：第一行\n第二行」\n{LINE}\n我家也是\n真的", "第一行\n第二行", "我家也是\n真的"),
        (f"「王阿姨：漏水了」\r\n{LINE}\r\n+1", "漏水了", "+1"),
        (f"「没有名字的话」\n{LINE}\n好", "没有名字的话", "好"),
        (f"「李楼长：「楼事通：【#1】已记录」\n{LINE}\n确认」\n{LINE}\n谢谢楼长", "确认", "谢谢楼长"),
        (f"「王阿姨：漏水了」\n{LINE}", "漏水了", ""),
        ("「确认」就是属实的意思", "", "「确认」就是属实的意思"),
        ("他说：「漏水了」\n- - -\n确认", "", "他说：「漏水了」\n- - -\n确认"),
        ("「王阿姨：漏水了」\n确认", "", "「王阿姨：漏水了」\n确认"),
        ("3-2-501 漏水", "", "3-2-501 漏水"),
    ],
)
def test_a_quote_is_told_from_what_it_stands_in(text: str, quoted: str, reply: str) -> None:
    """The words without the name before them, the reply alone; brackets in either and quotes of quotes change nothing."""
    assert quote_in(text) == (quoted, reply)


@pytest.mark.parametrize(
    "text", ["「" * 8_000, "「" + "」\n" * 4_000, "「" + "」" + " " * 8_000, "「x」\n" + "- " * 4_000, "@" * 8_000]
)
def test_no_text_takes_long(text: str) -> None:
    """Whoever types brackets all day does not stop the bot."""
    began = time.perf_counter()
    quote_in(text)
    mentioned(text, [("楼事通", "loushi")])
    without_mention(text, ["楼事通"])
    assert time.perf_counter() - began < 0.5


def test_mentions_are_read_and_written() -> None:
    """@name and WeChat's own blank make a mention; a name with an ordinary blank is only talk, except the bot's."""
    names = [("楼事通", "loushi"), ("李 楼长", "li"), ("王阿姨", "wang")]
    assert mentioned("@李 楼长\u2005@楼事通\u2005看看", names) == ("loushi", "li")
    assert mentioned("@王阿姨 在吗", names) == ()
    assert with_mentions("【#1】请确认", ["李 楼长", "小陈"]) == "@李 楼长\u2005@小陈\u2005【#1】请确认"


def test_the_bots_own_mention_is_left_out() -> None:
    """What remains is what was said; others stay mentioned, and an address with @ in it stays whole."""
    assert without_mention("@楼事通\u2005电梯坏了", ["楼事通"]) == "电梯坏了"
    assert without_mention("电梯坏了 @楼事通", ["楼事通"]) == "电梯坏了"
    assert without_mention("@楼事通知道吗", ["楼事通"]) == "@楼事通知道吗"
    assert without_mention("@李楼长\u2005电梯坏了", ["楼事通"]) == "@李楼长 电梯坏了"
    assert without_mention("写信到 a@楼事通.example", ["楼事通"]) == "写信到 a@楼事通.example"
