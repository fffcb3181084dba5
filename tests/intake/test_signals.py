"""What words give away besides the subject."""

import time

import pytest

from bot.intake.signals import SIGNALS, signals

#: Signal → words that give it, and words that do not.
TABLE = {
    "support": ("我家也是|+1|同上|也停电了|附议", "漏水了|谢谢"),
    "chase": ("怎么还没来|三天了|什么时候修|有人管吗|又坏了", "修好了|谢谢"),
    "thanks": ("谢谢小陈|感谢物业|辛苦了", "漏水了"),
    "patient": ("我妈吸氧的机子停了|呼吸机没电|明天去透析", "漏气了|没电了"),
    "settled": ("修好了|来电了|不漏了|解决了", "还在漏"),
    "joke": ("哈哈哈|笑死|[捂脸]|🤣", "漏水了"),
    "notice": ("【通知】明天停水|温馨提示：|各位业主|接龙", "通知物业了吗"),
    "ack": ("收到|好的|嗯嗯|OK|知道了[OK]", "收到的快递丢了"),
    "question": ("有人管吗|几点来？|谁家的车", "漏水了"),
    "media": ("[图片]|[图片][图片]|[视频]", "看这个[图片]|漏水"),
    "sticker": ("[强][强]|👍|。。。", "好的👍"),
    "sale": ("转让一台冰箱|二手自行车|团购苹果", "漏水了"),
    "past": ("去年也漏过|小时候", "今天漏了"),
    "hypothetical": ("要是漏水怎么办|万一着火", "着火了"),
    "denial": ("我家有水|我们这正常", "没水了"),
    "elsewhere": ("我妈小区也停水|隔壁小区", "我家停水"),
    "here": ("我家漏水|楼道没灯|电梯坏了", "今天天气好"),
    "wanted": ("谁会修电脑|有没有师傅|救命", "漏水了"),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_signal_is_given_by_its_words_only(name: str) -> None:
    """Each signal has words that give it and words that do not."""
    yes, no = (side.split("|") for side in TABLE[name])
    assert [w for w in yes if name not in signals(w)] == []
    assert [w for w in no if name in signals(w)] == []


def test_anything_can_be_asked_for_signals() -> None:
    """Emptiness gives none; a novel is read as quickly as a line."""
    assert signals("") == frozenset()
    assert set(TABLE) <= set(SIGNALS)
    began = time.perf_counter()
    for piece in ("一", "我家", "[", "也", "0", "1楼", "@"):
        signals(piece * 4_000)
    assert time.perf_counter() - began < 1
