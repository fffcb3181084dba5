"""Promises: 明天上午来修, said by somebody who must act → by when. Questions, refusals and hearsay are none."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.domain.text import clean, visible
from bot.intake.dates import when

#: A longer message is a notice, not a word about one matter.
LONGEST = 80

_SENTENCE = re.compile(r"[^。.!！?？;；\n]+[?？]?")
_ACTS = re.compile(
    r"来(?:修|人|看|换|处理|弄|装|查|清|疏通|解决|检查|维修|现场|水|电|气)|上门|过来|过去|去(?:修|看|换|处理|弄)"
    r"|到场|到现场|到位|到货|赶到|赶过去|到了?$|到[,，]|维修|抢修|修(?:好|复|完|理|一下)?|处理|解决|搞定|[弄办装换]好|更换"
    r"|换(?![届季乘])|安装|疏通|清[理运走扫]|打扫|恢复|[通送供](?:水|电|气|暖)|补上|整改|整治|完工|完成|施工|安排"
)
_QUESTION = re.compile(r"[?？]|[吗么呢]$|什么时[候间]|啥时候?|几[点时号天]|哪天|[能可]不[能可]|是不是|有没有|能否|谁")
_REFUSES = re.compile(
    r"[修处弄换办][不没](?:好|完|成|上)|不(?:来|去|修|到|能|会|了|行|一定|确定|知道|处理|安排)|[来修去到换]不了|没(?:法|办法|人|空|时间|来|到|修|货|有)"
    r"|无法|未必|别(?:来|修)|暂不|取消"
)
_UNSURE = re.compile(r"听说|据说|好像|可能|也许|估计|大概|应该|争取|尽量|如果|要是|假如|万一|的话|本来|原来")
_HEARSAY = re.compile(r"(?:他|她|人家|别人|邻居|业主|有人|对方|厂家|供电|自来水|燃气|热力|水司).{0,4}说")
_FOR_OTHERS = re.compile(r"(?:请|麻烦|通知|提醒|希望)(?:大家|各位|业主|住户|居民|邻居|您|你)")
#: 今天下午修好了 is over; 明天就修好了 is not.
_DONE = re.compile(r"[了过][,，]?$|已经?[修处换解恢清]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What was said, and by when."""

    words: str
    due: datetime


def promise(text: str, now: datetime) -> Promise | None:
    """The promise in *text*, said at the local time *now*."""
    typed = visible(text)
    if len(typed) > LONGEST:
        return None
    return next((found for s in _SENTENCE.findall(typed) if (found := _in_sentence(s.strip(" ,，"), now))), None)


def _in_sentence(typed: str, now: datetime) -> Promise | None:
    sentence = clean(typed)
    if not _ACTS.search(sentence) or any(p.search(sentence) for p in (_QUESTION, _REFUSES, _UNSURE, _HEARSAY)):
        return None
    due = None if _FOR_OTHERS.search(sentence) else when(sentence, now)
    if due is None or (_DONE.search(sentence) and due.at.date() == now.date() and "就" not in sentence):
        return None
    return Promise(words=typed, due=due.at)
