"""The history of a ticket in sentences for a reader from outside."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.documents.hiding import Cover
from bot.domain.calendar import Span
from bot.domain.responsibility import ResponsibilityList
from bot.domain.taxonomy import Category, Named, Tier, Urgency
from bot.domain.text import visible
from bot.domain.tickets import Status, TicketEvent

#: Event → sentence. A fact that an event does not have is left out together with the words around it.
SENTENCES = {
    "opened": "从群聊中记录",
    "supported": "附议",
    "raised": "改为{urgency}",
    "confirmed": "核实确认",
    "rejected": "不受理{reason}",
    "referred": "按私事答复，给了办法",
    "assigned": "派给{body}{accept}{settle}{reason}",
    "declined": "{body}退回{reason}{proposal}",
    "accepted": "{body}接单",
    "progressed": "进展{note}",
    "resolved": "办结{note}",
    "reopened": "反映没有解决，重新办理{reason}",
    "contested": "提出应为{tier}",
    "tier_upheld": "维持{tier}{reason}",
    "measured": "商定措施：{what}{who}{by_when}",
    "sent_up": "上报{to}{reference}",
    "promised": "承诺：{words}{due}",
    "paused": "暂停计时{until}{reason}",
    "resumed": "恢复计时",
    "called_back": "回访{satisfied}{note}",
    "rated": "评价{stars}",
    "withdrawn": "撤回",
    "urged": "催办",
    "retiered": "由{before}改为{tier}",
    "recategorised": "由{before}改为{category}",
    "merged": "并入{into}",
    "split": "从{from}拆出",
    "recurred": "同样的事又发生了，另立{again}",
    "told": "已告知：{status}",
    "untold": "结果还没能告知",
    "reminded": "提醒楼长确认",
    "desked": "没人确认，转到社区",
    "chased": "催接单",
    "warned": "提醒时限将到",
    "escalated": "超过时限，报{level}",
    "promise_asked": "问承诺是否兑现",
    "alarm_repeated": "紧急情况没人答复，再次告警",
    "closed": "归档",
    "recalled": "有人撤回了自己的消息",
    "reviewed": "社区人工判定",
}
#: Nobody but the people concerned and the worker hears of these, or they are the worker's own reminders.
LEFT_OUT = frozenset({"mediation_asked", "call_back_due", "debt", "list_proposed"})
_LEVELS = {"1": "楼长", "2": "社区", "3": "街道"}
_CODES: tuple[type[Named], ...] = (Status, Tier, Urgency, Category)
_LABELS = {word.value: word.label for words in _CODES for word in words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Puts events into words."""

    cover: Cover
    responsibility: ResponsibilityList
    zone: tzinfo

    def sentence(self, event: TicketEvent) -> str:
        """*event* in words; "" if it is not for readers from outside."""
        if event.name in LEFT_OUT or event.name not in SENTENCES:
            return ""
        facts = {name: self._fact(name, str(value)) for name, value in event.data.items()}
        return SENTENCES[event.name].format_map(defaultdict(str, facts))

    def time(self, at: datetime) -> str:
        """A moment as a paper shows it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def day(self, text: str) -> str:
        """A day or moment in ISO 8601 as a paper shows it."""
        if len(text) <= len("2026-01-01"):
            return date.fromisoformat(text).isoformat()
        return self.time(datetime.fromisoformat(text))

    def _fact(self, name: str, value: str) -> str:
        """One fact, with the words that go with it."""
        say = self._wordings().get(name)
        return say(value) if say else ""

    def _wordings(self) -> dict[str, Callable[[str], str]]:
        hide, body = self.cover.hide, self.responsibility.body_name
        return {
            "reason": lambda v: f"：{hide(v)}",
            "note": lambda v: f"：{hide(v)}",
            "words": hide,
            "what": hide,
            "who": lambda v: f"，由{hide(v)}",
            "by_when": lambda v: f"，{self.day(v)}前",
            "due": lambda v: f"（{self.day(v)}）",
            "until": lambda v: f"到{self.day(v)}",
            "body": body,
            "to": lambda v: f"到{body(v)}",
            "proposal": lambda v: f"，建议由{body(v)}办",
            "reference": lambda v: f"，编号 {visible(v)}",
            "accept": lambda v: f"，{Span.of(v).label}内接单",
            "settle": lambda v: f"，{Span.of(v).label}内办结",
            "satisfied": lambda v: "：满意" if v == "yes" else "：不满意",
            "stars": lambda v: f"{v}分",
            "level": lambda v: _LEVELS.get(v, v),
            **{name: lambda v: f"#{v}" for name in ("into", "from", "again")},
            **dict.fromkeys(("tier", "before", "category", "urgency", "status"), _label),
        }


def _label(code: str) -> str:
    return _LABELS.get(code, code)
