"""Why a ticket came to be, in words: the names of evidence as a worker reads them. Unknown names stay as they are."""

from bot.domain.classification import Evidence
from bot.domain.taxonomy import Category, Kind, Named, Tier, Urgency, by_label

#: More reasons than this explain nothing.
SHOWN = 8

_SOURCES = {"keyword": "词", "model": "模型", "rule": "规则", "link": "前后文", "person": "人"}
_WORDS: dict[str, type[Named]] = {"kind": Kind, "category": Category, "tier": Tier, "urgency": Urgency}
_SPANS = {"1m": "1分钟", "3m": "3分钟", "10m": "10分钟", "1h": "1小时", "10h": "10小时"}

#: What the words of a message do (`bot.intake.signals`).
_SAYS = {
    "support": "附议",
    "also": "说「也是」",
    "agree": "表示同意",
    "witness": "说自己看到了",
    "own_place": "说自家那里",
    "chase": "追问、催促",
    "thanks": "道谢",
    "settled": "说已经好了",
    "joke": "说笑",
    "notice": "发通知、接龙",
    "ack": "应一声",
    "answer": "回答",
    "told": "说报过了",
    "question": "发问",
    "media": "发图片",
    "sticker": "发表情",
    "sale": "买卖",
    "past": "说从前",
    "lately": "说最近",
    "hypothetical": "假如",
    "denial": "说自己家没事",
    "elsewhere": "说别处",
    "here": "说这里",
    "wanted": "求助",
}

#: What surrounds it (`bot.intake.features`).
_FEATURES = {
    "issue": "像是诉求",
    "burst": "连着几句一起看",
    "burst_gain": "几句合起来更像",
    "place": "说了地点",
    "official": "物业或社区说的",
    "leader": "楼长说的",
    "quotes": "引用了别人的话",
    "mentions": "点名叫人",
    "short": "很短",
    "long": "说得详细",
    "emergency": "听着紧急",
    "danger": "听着危险",
    "household": "像是家里的事",
    "amid_talk": "大家正聊别的",
    "sure_category": "类别明确",
    "same_sender": "同一个人说的",
    "reporter": "反映人说的",
    "several_people": "好几个人在说",
    "lively": "正说得热闹",
    "just_opened": "刚刚说起",
    "between": "中间隔着别的话",
    "next": "紧接着说的",
    "follows": "接着说的",
    "follows_closely": "紧跟着说的",
    "goes_on": "顺着往下说",
    "breaks_off": "另起话头",
    "similar": "说法相近",
    "very_similar": "说法很相近",
    "same_category": "同一类",
    "other_issue": "像是另一件事",
    "place_agrees": "地点对得上",
    "place_differs": "地点对不上",
    "spot_same": "同一个位置",
    "spot_differs": "位置不同",
    "unit_same": "同一单元",
    "unit_differs": "不同单元",
    "building_differs": "不同楼栋",
    "other_room": "不同门牌",
    "quoted": "引用了这件事",
    "quotes_other": "引用了别的事",
    "answers": "在回答问题",
    "answers_own": "在回答问到自己的话",
    "ended": "那件事已经办完",
    "rank0": "最近的一件事",
    "rank1": "上一件事",
    "rank2": "再前一件事",
    "rank3": "更早的事",
    "share": "类别可能相同",
    "share_following": "紧跟着说同类的事",
    "share_of_issue": "像同一类诉求",
    "to_suggestion": "那是一条建议",
    "agrees_to_suggestion": "赞成那条建议",
    "turns_suggestion": "改提建议了",
    "quoted_by_reporter": "反映人引用",
    "reporter_share": "反映人又说同类的事",
    "room_share": "别的群在说同类的事",
    "room_danger": "别的群正有险情",
    "echo": "刚才也有人说",
    "stands_fresh": "已有同类的事刚说过",
    "stands_old": "已有同类的事",
    "own_more": "本人很久前说过",
    "last_more": "很久没人说了",
    "room_more": "别处很久前说过",
}
_STARTS = {"says:": "", "reporter_": "反映人", "neighbour_": "邻居", "closely_": "紧跟着"}


def reasons(evidence: tuple[Evidence, ...]) -> list[Evidence]:
    """The weightiest of *evidence*, each different and in words; where every matter starts from is no reason."""
    told = {e.words: e for e in sorted(evidence, key=lambda e: abs(e.weight)) if not e.words.endswith(":bias")}
    best = sorted(told.values(), key=lambda e: -abs(e.weight))[:SHOWN]
    return [Evidence(source=_SOURCES.get(e.source, e.source), words=in_words(e.words), weight=e.weight) for e in best]


def in_words(name: str) -> str:
    """*name* as a person reads it: `join:reporter_chase` is 反映人追问、催促, `tier:small 楼道` is 小事（楼道）."""
    kind, _, rest = name.partition(":")
    if kind in ("new", "join"):
        return _feature(rest) or name
    code, _, why = rest.partition(" ")
    word = by_label(_WORDS[kind], code) if kind in _WORDS else None
    if word is None:
        return name
    return f"{word.label}（{why}）" if why else word.label


def _feature(name: str) -> str:
    """A feature of the intake in words; empty if it is not known."""
    if name in _FEATURES:
        return _FEATURES[name]
    if name.startswith("kind:"):
        return in_words(name)
    start, _, span = name.rpartition("_")
    if span in _SPANS:
        return {"own": "本人{}内说过", "last": "{}内有人说过", "room": "{}内有动静"}.get(start, "").format(_SPANS[span])
    return next((who + _SAYS[name[len(s) :]] for s, who in _STARTS.items() if name[len(s) :] in _SAYS), "")
