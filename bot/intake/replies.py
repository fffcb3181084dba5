"""What a short reply means, and to which ticket it can be meant. The table `REPLIES` is all that the bot obeys."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.members import Action
from bot.domain.text import clean
from bot.domain.tickets import CODE, Status, codes_in

#: Traditional characters of the words below, with their simplified form.
_SIMPLER = str.maketrans(
    "確認屬實誤報轉業類併單辦結處進滿評撤銷訴幫綁樓區診斷餘爲為專環衛噪擾電動車寵養護議裡沒決實應給來開還個嗎謝謝麼請",
    "确认属实误报转业类并单办结处进满评撤销诉帮绑楼区诊断余为为专环卫噪扰电动车宠养护议里没决实应给来开还个吗谢谢么请",
)
_TAIL = re.compile(
    r"(?:[\s,，。.!！~～、;；:：]|谢谢(?:你|您|了|大家)?|多谢|辛苦了?|麻烦了|哈|啊|呀|哦|喔|(?<!不是)了?吧|\[[^\[\]]{1,6}\]|[\U0001f300-\U0001faff\u2600-\u27bf])+$"
)
_HEAD = re.compile(r"^(?:@\S+\s+|@\S{1,20}$|[\s,，。.!！、:：]|麻烦|请)+")
_UNMARKED_CODE = re.compile(r"^(确认|属实|误报|查询?|催办?|撤回|合并到?|拆分|接单|办结|没解决|调解)\s*(\d{1,9})$")
_MENTION = re.compile(r"@[^\s@]{1,20}(?:\u2005|\s+|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A command as it was typed, before anybody knows which ticket it is for."""

    #: An `Action`, or `own`, `list`, `help`, `bind`, `opt_out`, `opt_in`, which need no ticket.
    does: str
    #: What followed: a reason, a note, a category, a code, stars.
    argument: str = ""
    #: Tickets named as `#42`, in order.
    numbers: tuple[int, ...] = ()
    #: Does it count without a quote and without a code?
    bare: bool = True
    #: So short that it is often something else: without a quote or a code it only counts for a fresh ticket.
    terse: bool = False


@dataclass(frozen=True, slots=True)
class _Rule:
    does: str
    pattern: re.Pattern[str]
    bare: bool = True
    argument: Callable[[str], str] = str.strip


def _rule(does: str, pattern: str, *, bare: bool = True, argument: Callable[[str], str] = str.strip) -> _Rule:
    return _Rule(does, re.compile(pattern, re.IGNORECASE | re.DOTALL), bare, argument)


_GAP = r"[\s,，。.:：;；!！-]*"
#: Between a word of everyday use and what follows it there is a mark, or it is not meant for the bot.
_SEP = r"[\s,，。.:：;；-]+"
#: What follows these is somebody's own words.
_NOTED = frozenset(
    {
        Action.REJECT,
        Action.PROGRESS,
        Action.RESOLVE,
        Action.REOPEN,
        Action.DECLINE,
        Action.UPHOLD,
        Action.MEASURE,
        Action.PAUSE,
        Action.CALL_BACK,
    }
)
_WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_MARK_AFTER_WORD = re.compile(r"(?<=[\u4e00-\u9fff])[,;:!?]")
_TERSE = frozenset({"1", "0", "不是", "查", "催"})
_STARS = {"满意": "5", "很满意": "5", "非常满意": "5", "十分满意": "5", "不满意": "1", "很不满意": "1"}

#: What can be said, in the order in which it is tried. `(…)` is the argument.
REPLIES: tuple[_Rule, ...] = (
    _rule("bind", r"绑定" + _GAP + r"(\d{6})"),
    _rule("help", r"帮助|help|使用说明|怎么用"),
    _rule("list", r"(?:本周|诉求|工单|问题)?清单"),
    _rule("enter", r"(?:打开|进|登录|登陆)?后台|登录|登陆"),
    _rule("opt_out", r"(?:别|不要|不许|不准)再?(?:记录?|录)我(?:的话|说的话?)?"),
    _rule("opt_in", r"(?:可以|恢复|继续|重新)记录?我(?:的话|说的话?)?"),
    _rule("own", r"我的(?:诉求|工单|反映|投诉)|查我的(?:诉求|工单)"),
    _rule(Action.CONFIRM, r"确认(?:属实)?|(?:情况|是)?属实|1|是真的"),
    _rule(Action.REJECT, r"(?:不是|误报|不属实|不受理|0)(?:" + r"[\s,，。.:：;；!！-]+" + r"(.*))?"),
    _rule(Action.REJECT, r"(?:误报(?!名)|不属实|不受理)" + _GAP + r"(.*)"),
    _rule(Action.RECLASSIFY, r"(?:改|改成|改为|算)" + _GAP + r"((?:大|小|私)事)"),
    _rule(Action.CONTEST, r"应[为属]" + _GAP + r"((?:大|小|私)事)"),
    _rule(Action.CONTEST, r"应(?:该|当)(?:是|算|属于?)" + _GAP + r"((?:大|小|私)事)", bare=False),
    _rule(Action.UPHOLD, r"维持(?:原?层级|不变|[大小私]事)?(?:" + _SEP + r"(.*))?", bare=False),
    _rule(Action.RECLASSIFY, r"改(?:类别?|分类|类型)" + _GAP + r"(?:为|成|到)?" + _GAP + r"(\S{1,8})"),
    _rule(Action.MERGE, r"(?:合并|并)(?:到|进|入)?"),
    _rule(Action.SPLIT, r"拆分|拆开|取消合并|撤销合并"),
    _rule(Action.ASSIGN, r"转(?:给|派|交|到)?" + _GAP + r"(\S{2,8})"),
    _rule(Action.ASSIGN, r"转(?:给|派|交|到)?" + _GAP + r"([^\s,，。:：;；]{2,8}" + _SEP + r".+)", bare=False),
    _rule(Action.DECLINE, r"(?:退回|退单)(?:" + _SEP + r"(.*))?", bare=False),
    _rule(Action.ACCEPT, r"(?:已|我们?)?接单" + _SEP + r"(.+)"),
    _rule(Action.ACCEPT, r"接单|(?:已|我们?)接单|收到" + _GAP + r"接单|受理|已受理"),
    _rule(
        Action.PROGRESS,
        r"(?:办理|处理)中(?![介心午秋])" + _GAP + r"(.*)|进展" + _GAP + r"(.+)|正在(?:办理|处理)" + _GAP + r"(.*)",
    ),
    _rule(Action.PROGRESS, r"节点" + _SEP + r"(.+)", bare=False),
    _rule(Action.MEASURE, r"措施" + _SEP + r"(.+)", bare=False),
    _rule(Action.SEND_UP, r"(?:已经?)?上报了?(?:(?:给|到|至)?" + _SEP + r"(.*))?", bare=False),
    _rule(Action.PAUSE, r"暂停(?:计时|办理)?(?:" + _SEP + r"(.*)|[到至](.+))?", bare=False),
    _rule(Action.RESUME, r"恢复(?:计时|办理)|取消暂停|继续(?:计时|办理)", bare=False),
    _rule(
        Action.CALL_BACK, r"回访" + _GAP + r"((?:[很较基本比]{0,2}|非常|不|很不)满意(?:" + _SEP + r".*)?)", bare=False
    ),
    _rule(
        Action.MEDIATE, r"(?:我?[想要]|申请|请求|请)?(?:请|让)?(?:社区|居委会?)?(?:来|帮忙)?调解(?:一下)?", bare=False
    ),
    _rule(Action.RESOLVE, r"(?:已经?)?办结(?![婚果论])了?" + _GAP + r"(.*)"),
    _rule(Action.RESOLVE, r"(?:已经?)?(?:修好|处理好|解决|处理完)了?" + _GAP + r"(.*)", bare=False),
    _rule(Action.SUPPORT, r"我(?:们)?家也(?:是|有|一样)|我也是|我们?也一样|\+1|加一|加1|同上|附议|同", bare=False),
    _rule(Action.LOOK_UP, r"查(?:询|一下|看|下|进度)?"),
    _rule(Action.LOOK_UP, r"进度|到哪(?:一?步)?了|怎么样了", bare=False),
    _rule(Action.URGE, r"催(?:办|一下|促|单)?"),
    _rule(Action.WITHDRAW, r"撤回|撤销"),
    _rule(Action.WITHDRAW, r"不用了|不用管了|算了", bare=False),
    _rule(Action.REOPEN, r"(?:还|并|根本)?(?:没有?|未)(?:解决|修好|处理好|办好)" + _GAP + r"(.*)"),
    _rule(Action.RATE, r"评(?:分|价)?" + _GAP + r"([1-5])" + _GAP + r"[分星]?|(?:打|给)?([1-5])[分星]"),
    _rule(Action.RATE, r"((?:非常|十分|很)?满意|很?不满意)", argument=lambda s: _STARS[s.strip()]),
    _rule(Action.TELL, r"(?:结果)?已(?:经)?告知了?", bare=False),
)

_UNDER_WAY = (Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS)

#: Statuses in which a ticket can be meant by each action, when nobody says which.
MEANT: dict[Action, frozenset[Status]] = {
    Action.CONFIRM: frozenset({Status.PENDING}),
    Action.REJECT: frozenset({Status.PENDING}),
    Action.RECLASSIFY: frozenset({Status.PENDING, Status.CONFIRMED, Status.ASSIGNED}),
    Action.MERGE: frozenset({Status.PENDING, Status.CONFIRMED, Status.ASSIGNED}),
    Action.SPLIT: frozenset({Status.MERGED}),
    Action.ASSIGN: frozenset({Status.PENDING, Status.CONFIRMED, Status.ASSIGNED}),
    Action.DECLINE: frozenset({Status.ASSIGNED}),
    Action.ACCEPT: frozenset({Status.CONFIRMED, Status.ASSIGNED}),
    Action.PROGRESS: frozenset({Status.ASSIGNED, Status.IN_PROGRESS}),
    Action.RESOLVE: frozenset({Status.ASSIGNED, Status.IN_PROGRESS}),
    Action.CONTEST: frozenset({Status.PENDING, Status.REFERRED, *_UNDER_WAY}),
    Action.UPHOLD: frozenset({Status.PENDING, Status.REFERRED, *_UNDER_WAY}),
    Action.MEASURE: frozenset(_UNDER_WAY),
    Action.SEND_UP: frozenset(_UNDER_WAY),
    Action.PROMISE: frozenset({Status.PENDING, *_UNDER_WAY}),
    Action.PAUSE: frozenset(_UNDER_WAY),
    Action.RESUME: frozenset(_UNDER_WAY),
    Action.MEDIATE: frozenset(Status) - {Status.CLOSED, Status.MERGED, Status.WITHDRAWN},
    Action.CALL_BACK: frozenset({Status.RESOLVED, Status.CLOSED, Status.REFERRED}),
    Action.SUPPORT: frozenset({Status.PENDING, Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS}),
    Action.LOOK_UP: frozenset(Status) - {Status.CLOSED, Status.MERGED, Status.WITHDRAWN},
    Action.URGE: frozenset({Status.PENDING, Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS}),
    Action.WITHDRAW: frozenset({Status.PENDING, Status.CONFIRMED, Status.ASSIGNED}),
    Action.REOPEN: frozenset({Status.RESOLVED, Status.REJECTED}),
    Action.RATE: frozenset({Status.RESOLVED, Status.CLOSED}),
    Action.TELL: frozenset({Status.RESOLVED, Status.REJECTED, Status.REFERRED}),
}


def plain(text: str) -> str:
    """*text* as the table compares it: narrow, simplified, without mentions, courtesies and stickers around it."""
    simple = clean(text).translate(_SIMPLER)
    return _TAIL.sub("", _HEAD.sub("", _MENTION.sub("", simple)))


def _argument(rule: _Rule, said: str, text: str) -> str:
    """What followed the word: for a note as it was typed, else as the table knows it."""
    return rule.argument(_as_typed(said, text) if rule.does in _NOTED else said) if said else ""


def _as_typed(said: str, text: str) -> str:
    """The part of *text* that was compared as *said*, with the characters and marks that were typed."""
    narrow = clean(text)
    at = narrow.translate(_SIMPLER).find(said)
    typed = narrow[at : at + len(said)] if at >= 0 else said
    return _MARK_AFTER_WORD.sub(lambda m: _WIDE[m.group()], typed)


def read(text: str) -> Reply | None:
    """The command that *text* is, if the whole of it is one."""
    simple = _UNMARKED_CODE.sub(r"\1 #\2", plain(text))
    numbers = tuple(codes_in(simple))
    words = _TAIL.sub("", _HEAD.sub("", CODE.sub(" ", simple))).strip()
    for rule in REPLIES:
        if match := rule.pattern.fullmatch(words):
            said = next((g for g in match.groups() if g), "")
            return Reply(
                does=rule.does,
                argument=_argument(rule, said, text),
                numbers=numbers,
                bare=rule.bare,
                terse=words in _TERSE,
            )
    return None
