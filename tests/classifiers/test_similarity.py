"""Similarity: symmetric, bounded, and higher for the same matter."""

import pytest

from classifiers import TextClassifier

_MATTERS = ["三单元电梯又坏了", "3单元的电梯坏了没人修", "楼上半夜跑跳吵得睡不着", "顶楼漏雨漏到卧室", "[图片]", ""]


def test_similarity_is_symmetric_and_bounded(classifier: TextClassifier) -> None:
    """Either order gives the very same number between 0 and 1, and a text is like itself."""
    for a in _MATTERS:
        for b in _MATTERS:
            assert classifier.similarity(a, b) == classifier.similarity(b, a)
            assert 0 <= classifier.similarity(a, b) <= 1
        if a:
            assert classifier.similarity(a, a) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("三单元电梯又坏了", "电梯坏了三天了 三单元的", "三单元门口垃圾没人收"),
        ("顶楼漏雨漏到卧室", "我家也是顶楼 卧室天花板漏雨", "顶楼有人搭阳光房"),
        ("工地半夜打桩吵死人", "对面工地又打桩 几点了还不停", "半夜楼上拖椅子"),
    ],
)
def test_the_same_matter_is_more_alike(classifier: TextClassifier, text: str, same: str, other: str) -> None:
    """The same matter in other words is nearer than another matter at the same place or hour."""
    assert classifier.similarity(text, same) > classifier.similarity(text, other)
