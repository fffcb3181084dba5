"""Why a ticket came to be, in words: the names of evidence as a worker reads them."""

from bot.domain.classification import Evidence

_SOURCES = {"keyword": "词", "model": "模型", "rule": "规则", "link": "前后文", "person": "人"}

#: Features of the intake (`bot.intake.features`) → words. A name that is not here is shown as it is.
_FEATURES = {
    "bias": "起点",
    "issue": "像是诉求",
    "burst": "连着几句一起看",
    "place": "说了地点",
    "official": "物业或社区说的",
    "leader": "楼长说的",
    "quotes": "引用了别人的话",
    "mentions": "点名叫人",
    "short": "很短",
    "long": "说得详细",
    "emergency": "听着紧急",
    "sure_category": "类别明确",
    "same_sender": "同一个人说的",
    "own_1m": "本人1分钟内接着说",
    "own_3m": "本人3分钟内接着说",
    "own_10m": "本人10分钟内接着说",
    "reporter_chase": "反映人追问",
    "reporter_media": "反映人补图",
    "neighbour_support": "邻居附议",
    "last_1m": "刚刚有人在说这件事",
    "last_3m": "3分钟内有人在说这件事",
    "rank0": "最近的一件事",
    "between": "中间隔着别的话",
    "next": "紧接着说的",
    "similar": "说法相近",
    "very_similar": "说法很相近",
    "same_category": "同一类",
    "other_category": "不是同一类",
    "other_issue": "像是另一件事",
    "place_agrees": "地点对得上",
    "place_differs": "地点对不上",
    "unit_same": "同一单元",
    "unit_differs": "不同单元",
    "building_differs": "不同楼栋",
    "quoted": "引用了这件事",
    "answers": "在回答问题",
    "goes_on": "顺着往下说",
    "says:support": "说「我家也是」",
    "says:chase": "在催、在追问",
    "says:thanks": "在道谢",
    "says:settled": "说已经好了",
    "says:joke": "在说笑",
    "says:notice": "是通知或接龙",
    "says:ack": "只是应一声",
    "says:question": "在发问",
    "says:media": "只有图片",
    "says:sale": "在买卖",
    "says:past": "说的是从前",
    "says:hypothetical": "只是假如",
    "says:denial": "说自己家没事",
    "says:elsewhere": "说的是别处",
    "says:here": "说的是这里",
    "says:wanted": "在求助",
}


def reason(evidence: Evidence) -> str:
    """*evidence* as a person reads it: `词：漏水`, `前后文：邻居附议`."""
    kind, _, feature = evidence.words.partition(":")
    words = _FEATURES.get(feature, evidence.words) if kind in ("new", "join") else evidence.words
    return f"{_SOURCES.get(evidence.source, evidence.source)}：{words}"
