"""Questions that only want to know (几点来水, 电梯修好没), and the standing ticket that answers one."""

import re
from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache

from bot.domain.members import Role
from bot.domain.places import Place, place_key
from bot.domain.taxonomy import Category, Tier
from bot.domain.text import clean
from bot.domain.tickets import Status, Ticket
from bot.intake.places import in_text, on_card
from bot.intake.scene import Scene

#: Who only wants to know asks in few words.
LONGEST = 30
#: From this share on, the question can be of the ticket's category.
LIKELY = 0.3
#: 修好没 without a subject is about what was spoken of last, if that was this shortly before.
STILL_MEANT = timedelta(minutes=10)
#: For this long after a matter was settled, somebody may not have heard of it.
SETTLED_LATELY = timedelta(hours=24)

_TOLD_OF = frozenset({Status.PENDING, Status.CONFIRMED, Status.ASSIGNED, Status.IN_PROGRESS})
_SETTLED = frozenset({Status.RESOLVED, Status.CLOSED})

_SIMPLER = str.maketrans("幾時來電氣點麼嗎沒熱復說進結處燈門誰還復", "几时来电气点么吗没热复说进结处灯门谁还复")
_TIME = r"(?:几点|几时|何时|什么时[候间]|啥时候?|多会儿?|哪天|多久|多长时间|多少时间|咩时候)"
_WORKS = r"(?:来|通|好|修|恢复|供|热|亮|能|用|正常|弄|搞|完|结束|解决|处理|清|拉|装|换)"
_END = r"(?=[\s,，。.!！?？~～、啊呀呢哦哈吧\[]|$)"
_YET = r"(?:了(?:没有?|吗|么|嘛|不)|没有?)" + _END
_THING = r"(?:水|电|气|网|暖气?|热水|梯|灯|门)"

#: When is it over? Is it over yet? What do they say?
_TO_KNOW = re.compile(
    rf"{_TIME}(?!开始).{{0,4}}{_WORKS}|(?:停|等|修|恢复).{{0,2}}(?:到|要|得)?{_TIME}{_END}"
    rf"|(?:还要|还得|要等|等到|大概要?){_TIME}{_END}"
    rf"|(?:修|弄|搞|抢修|处理|解决|恢复|清理?|疏通|换|接|装|通|(?<![起过出回上下])来)"
    rf"(?:好|完|通|上)?{_THING}?{_YET}"
    rf"|{_THING}(?:好|通|来|亮|热|修好?){_YET}"
    rf"|(?:好|亮|热|正常)了(?:没有?|吗|么|嘛|不){_END}"
    rf"|有{_THING}了(?:没有?|吗|么|嘛|不){_END}|能[用走开坐]了(?:没有?|吗|么|嘛|不){_END}"
    rf"|(?:今[天晚]|明[天早]|晚上|下午|上午|中午).{{0,6}}能.{{0,2}}(?:修|来|通|好|恢复)[好水电气]?(?:吗|么|不){_END}"
    rf"|(?:处理|进行|进展|修|弄)(?:得|的|到)?(?:怎么?样|咋样|哪一?步)了?{_END}"
    rf"|(?:物业|社区|居委).{{0,3}}(?:怎么说|咋说)"
    rf"|有人(?:来|在)(?:抢?修|处理|弄)了?(?:没有?|吗|么){_END}"
    rf"|(?:报修|反映|上报)(?:过|了)?(?:没有?|吗|么){_END}"
)
#: Is there news? What nobody has taken up yet has none beyond its record.
_FOR_NEWS = re.compile(rf"有(?:新?消息|说法|进展|结果|信儿?|回复|回音)了?(?:没有?|吗|么|嘛|不){_END}")
#: Why, or whether at all. Said of one's own trouble these are reports: only what is no issue by itself counts.
_OR_REPORT = re.compile(
    rf"(?:怎么|咋)回事|(?:什么|啥)(?:情况|原因)|停[水电气暖供].{{0,2}}(?:吗|么|没有?|不){_END}"
    rf"|(?:物业|社区|居委).{{0,2}}(?:知道|晓得)了?(?:没有?|吗|么|不){_END}"
)
#: Trouble and anger, what is only imagined or past, and what is asked of one neighbour.
_NOT_THESE = re.compile(r"又|怎么还|咋还|没人[管来理修问]|凭什么|投诉|曝光|要是|如果|万一|你们?[家妈爸那这]|那天")

#: What a question can be about: 几点来电 is not answered by the ticket of the water.
_SUBJECTS: dict[str, re.Pattern[str]] = {
    "water": re.compile(r"(?<![漏渗积污下排雨口喝流])水(?![费表卡果军平族池印])"),
    "power": re.compile(r"电(?![梯动瓶话视费表卡影商信饭锅脑池])|跳闸"),
    "gas": re.compile(r"燃气|煤气|天然气|[通来停供有没]气(?!味)"),
    "heating": re.compile(r"暖|供热|热力"),
    "lift": re.compile(r"电梯|梯子|[左右]梯|轿厢"),
    "network": re.compile(r"宽带|网络|[断没有]网|信号"),
    "light": re.compile(r"灯"),
    "door": re.compile(r"门禁|门锁|大门|单元门|道闸|闸机|磁力锁"),
    "leak": re.compile(r"漏|渗"),
    "drain": re.compile(r"下水|堵|返水|污水|地漏|化粪"),
    "rubbish": re.compile(r"垃圾"),
    "parking": re.compile(r"车位|停车|充电"),
    "tree": re.compile(r"树|草坪|花坛"),
    "road": re.compile(r"路面|井盖|坑"),
    "camera": re.compile(r"监控|摄像"),
    "fire": re.compile(r"消防|消火栓|灭火器"),
    "noise": re.compile(r"噪|施工|装修|吵"),
    "locker": re.compile(r"快递柜"),
    "sports": re.compile(r"器材|健身|滑梯|秋千"),
}
#: Categories of one subject, whatever words their tickets use.
_OF_ONE = {Category.ELEVATOR: "lift", Category.LEAK: "leak", Category.DRAINAGE: "drain"}
_MENTIONED = re.compile(r"@([^\s@\u2005]{1,20})")
_IN_CHARGE = re.compile(r"物业|社区|居委|楼长|管家|客服|工程|师傅|所有人|全体|大家|机器人|楼事通|街道")


def asks(text: str, *, issue: bool) -> bool:
    """Does *text* only want to know how a matter stands? *issue*: does it sound like a report by itself?"""
    plain = _plain(text)
    if len(plain) > LONGEST or _NOT_THESE.search(plain):
        return False
    wants = _TO_KNOW.search(plain) or _FOR_NEWS.search(plain)
    return bool(wants or (not issue and _OR_REPORT.search(plain)))


def answering(scene: Scene, joined: Collection[int]) -> Ticket | None:
    """The ticket that answers the question of *scene*, if it is one; *joined* are the tickets that take it in."""
    if not _is_asked_of_all(scene) or not asks(scene.message.text, issue=scene.classification.is_issue):
        return None
    known = [t for t in scene.tickets if _can_be_told(t, scene) and _is_there(t, scene)]
    meant = [t for t in known if t.number in scene.quoted] if scene.quoted else _meant(known, scene, joined)
    standing = [t for t in meant if t.is_open] or meant
    return standing[0] if standing and not _in_doubt(standing, scene) else None


def _is_asked_of_all(scene: Scene) -> bool:
    """Is it a resident, who asks no neighbour in particular?"""
    message = scene.message
    if scene.role is not Role.RESIDENT or (message.quote is not None and not scene.quoted):
        return False
    names = _MENTIONED.findall(message.text)
    if message.mentions_bot:
        return True
    return all(_IN_CHARGE.search(name) for name in names) if names else not message.mentions


def _can_be_told(ticket: Ticket, scene: Scene) -> bool:
    """Is it no private matter, and standing, or settled so lately that not everybody has heard?"""
    if ticket.tier is Tier.PRIVATE:
        return False
    if ticket.status is Status.PENDING and _FOR_NEWS.search(_plain(scene.message.text)):
        return False
    if ticket.status in _SETTLED:
        return ticket.resolved_at is not None and scene.message.at - ticket.resolved_at <= SETTLED_LATELY
    return ticket.status in _TOLD_OF


def _is_there(ticket: Ticket, scene: Scene) -> bool:
    """Could it be where the question is asked? A lift is the asker's own, what else is out is out for the building."""
    said, home = in_text(scene.message.text), on_card(scene.message.sender.name, scene.conversation.place)
    unit = said.unit or (home.unit if ticket.category is Category.ELEVATOR and not said.building else "")
    there = Place(building=ticket.place.building, unit=ticket.place.unit)
    return Place(building=_asked_for(scene), unit=unit).agrees_with(there)


def _asked_for(scene: Scene) -> str:
    """The building that is asked about: the one named, else the group's, else the sender's own; empty: unknown."""
    group = scene.conversation.place
    said = in_text(scene.message.text).building
    return said or group.building or on_card(scene.message.sender.name, group).building


def _meant(known: list[Ticket], scene: Scene, joined: Collection[int]) -> list[Ticket]:
    """Of *known*, those of the subject that is named; without one, what is being spoken of or one's own."""
    asked, shares = _subjects(_plain(scene.message.text)), scene.classification.shares
    if asked:
        return [t for t in known if asked & _about(t) and shares.get(t.category, 0.0) >= LIKELY]
    last = scene.window[-1] if scene.window else None
    lately = last is not None and scene.message.at - last.message.at <= STILL_MEANT
    spoken_of = set(joined) or (last.tickets if last is not None and lately else set())
    who = scene.message.sender.identity
    own = [t for t in known if who in t.reporters or who in t.supporters]
    meant = [t for t in known if t.number in spoken_of] or own
    return meant if len(meant) == 1 else []


def _in_doubt(tickets: list[Ticket], scene: Scene) -> bool:
    """Do they lie in several buildings while nobody knows which one is asked about?"""
    return not _asked_for(scene) and len({place_key(t.place.building) for t in tickets}) > 1


def _plain(text: str) -> str:
    return _MENTIONED.sub("", clean(text)).translate(_SIMPLER).strip()


@lru_cache(maxsize=4096)
def _subjects(plain: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _SUBJECTS.items() if pattern.search(plain))


def _about(ticket: Ticket) -> frozenset[str]:
    """The subjects that the messages of *ticket* name, and that of its category."""
    own = frozenset({_OF_ONE[ticket.category]} if ticket.category in _OF_ONE else ())
    return own.union(*(_subjects(_plain(m.text)) for m in ticket.messages))
