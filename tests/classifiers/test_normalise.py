"""The normal form of a text."""

import pytest

from classifiers.normalise import normalised, simplified_by_opencc, simplifier


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("樓道燈壞咗", "楼道灯坏咗"),
        ("３号楼２单元５０１", "0号楼0单元000"),
        ("习(xí)惯了", "习惯了"),
        ("坏了!!!!!", "坏了!"),
        ("哈哈哈哈哈哈", "哈哈"),
        ("看这个 https://a.example/b?c=1", "看这个 ∞"),
        ("看这个https://a.example/b电梯坏了", "看这个∞电梯坏了"),
        ("[图片] 漏成这样 [捂脸]", "▣ 漏成这样 ☻"),
        ('[语音] 12"', "♪"),
        ("@物业小周 灯坏了", "@灯坏了"),
        ("电梯\u200b坏了", "电梯坏了"),
        ("A市A7县某小区", "某市某县某小区"),
    ],
)
def test_what_looks_different_and_means_the_same_becomes_the_same(typed: str, normal: str) -> None:
    """Width, script, numbers, stickers, links, mentions and repetition are put into one form."""
    assert normalised(typed, simplifier(simplified_by_opencc())) == normal
