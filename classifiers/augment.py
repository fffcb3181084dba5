"""More voices from the same lines: complaints are told again with an invented place before them, so that the model
learns to look past the names of estates, of which there is no end.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from classifiers.corpus import Example

#: How many of the lines that could carry a place are told again.
SHARE = 0.35
_SEED = 7
_LONGEST = 40
_NAME = (
    "金阳光华景福苑锦绣江南山水湖滨龙凤翠东方新世纪城御府上品润和嘉园云庭悦澜星河兰桂松柏梅竹桃李杏枫银海天泽恒泰"
    "安康宁盛达万科中建远望临溪半岛尚士学状元明珠紫荆"
)
_SORTS = (
    "小区",
    "花园",
    "家园",
    "苑",
    "公寓",
    "社区",
    "新村",
    "新城",
    "街道",
    "路",
    "大道",
    "村",
    "广场",
    "名邸",
    "湾",
)
_DISTRICTS = ("", "", "某市", "某区", "某县", "某市某区")
_OPENINGS = ("", "", "", "反映", "投诉", "请求解决")
_PERSONAL = re.compile("[我你您咱俺]")


def retold(examples: Sequence[Example]) -> Iterator[Example]:
    """Issues of *examples* that speak of nobody in particular, once more with a place before them. Always the same."""
    chance = random.Random(_SEED)  # noqa: S311  (nothing to guess here)
    for example in examples:
        fits = example.issue and example.kind and len(example.text) <= _LONGEST and not _PERSONAL.search(example.text)
        if fits and chance.random() < SHARE:
            place = chance.choice(_OPENINGS) + chance.choice(_DISTRICTS) + _named(chance)
            yield replace(example, text=place + example.text, weight=0.7 * example.weight, retold=True)


def _named(chance: random.Random) -> str:
    return "".join(chance.choices(_NAME, k=chance.randint(2, 4))) + chance.choice(_SORTS)
