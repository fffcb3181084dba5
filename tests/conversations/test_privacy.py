"""Every sentence of the bot, with the worst that people can write put into it."""

import inspect
from datetime import timedelta

import pytest

from bot import wording
from bot.domain.directory import Entry
from bot.domain.lifecycle import assigned, lined, paused, progressed, promised, resolved
from bot.domain.members import Action, Role
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status
from tests.cast import DAY, NOON, doer, ticket
from tests.conversations.group import POLICY
from tests.conversations.law import check_post

NOTE = "3-2-501的师傅13800138000，302室的京A12345，110105194912310021，2-602也是"
LIST = POLICY.responsibility
ONE = ticket(body="property", urgency=Urgency.URGENT, previous=3, summary=NOTE)
TWO = ticket(number=2, merged_into=1, status=Status.MERGED)
LINE = LIST.line(Category.LEAK, Tier.SMALL)
UNDER_WAY = ticket(Status.IN_PROGRESS, body="property")
ASK = Entry(name="便民热线", phone="12345", note="先问好价", categories=frozenset(Category))

#: Every function of `wording` that makes a sentence, and what it says.
SENTENCES: dict[str, tuple[str, ...]] = {
    "opened": (wording.opened(ONE), wording.opened(ticket())),
    "emergency": tuple(
        wording.emergency(ticket(category=c), called=called) for c in Category for called in (True, False)
    ),
    "notice": tuple(wording.notice("幸福社区", DAY * 7, sampled=s) for s in (False, True)),
    "danger": tuple(wording.danger(said, c, called=True) for said in ("", "着火了") for c in Category),
    "way_in": (wording.way_in("https://loushi.example.org/console/enter/x"),),
    "account_out": (wording.account_out("微信", NOON, "frozen"), wording.account_out("QQ", NOON, "")),
    "advised": tuple(
        wording.advised(ticket(category=c), LIST.line(c, Tier.PRIVATE), entries)
        for c in Category
        for entries in (POLICY.entries(c), (ASK,), ())
    ),
    "confirmed": tuple(
        wording.confirmed(ticket(category=c, tier=t), LIST.line(c, t), LIST) for c in Category for t in Tier
    ),
    "rejected": (wording.rejected(ONE, NOTE), wording.rejected(ONE, "")),
    "retiered": tuple(wording.retiered(ticket(tier=t), LINE, LIST) for t in Tier),
    "recategorised": tuple(wording.recategorised(ticket(tier=t), LINE, LIST) for t in Tier),
    "merged": (wording.merged(TWO, ONE),),
    "split": (wording.split(TWO, 1),),
    "assigned": (
        *(wording.assigned(ticket(body=b), LIST) for b in LIST.bodies),
        wording.assigned(assigned(ONE, doer("小陈"), "property", reason=NOTE), LIST),
    ),
    "accepted": (wording.accepted(ONE, LIST),),
    "progressed": (wording.progressed(ONE, NOTE), wording.progressed(ONE, "")),
    "resolved": (wording.resolved(ONE, NOTE, timedelta(hours=24)), wording.resolved(ONE, "", timedelta(minutes=1))),
    "reopened": (wording.reopened(ONE),),
    "rated": tuple(wording.rated(ONE, stars) for stars in range(1, 6)),
    "urged": (wording.urged(ONE, LIST), wording.urged(ticket(), LIST)),
    "withdrawn": (wording.withdrawn(ONE),),
    "supported": (wording.supported(ONE, 2),),
    "status": (
        wording.status(ONE, 2, LIST, NOON, NOON + DAY),
        wording.status(lined(ONE, LINE, "2026-11"), 2, LIST, NOON + DAY, NOON),
        wording.status(TWO, 0, LIST, NOON),
        wording.status(paused(UNDER_WAY, doer("物业小周"), NOTE, NOON + DAY), 1, LIST, NOON),
        wording.status(promised(UNDER_WAY, doer("物业小周"), NOTE, NOON + DAY), 1, LIST, NOON),
    ),
    "by_when": (f"【#1】{wording.by_when(NOON + DAY, NOON)}",),
    "advised_in_private": (wording.advised_in_private(ticket(tier=Tier.PRIVATE)),),
    "declined": (wording.declined(ONE, "property", NOTE, LIST), wording.declined(ticket(), "property", NOTE, LIST)),
    "contested": tuple(wording.contested(ONE, t) for t in Tier),
    "upheld": (wording.upheld(ONE, NOTE), wording.upheld(ONE, "")),
    "measured": (wording.measured(ONE, NOTE, NOTE, NOON.date()), wording.measured(ONE, "换泵", "", None)),
    "sent_up": tuple(wording.sent_up(ONE, "街道办事处", n) for n in ("", "2026-42", "13800138000")),
    "paused": (wording.paused(ONE, NOTE, NOON),),
    "resumed": (wording.resumed(ONE),),
    "mediation_asked": (wording.mediation_asked(ONE),),
    "called_back": (wording.called_back(ONE),),
    "standing": tuple(
        wording.standing(
            progressed(ticket(s), doer("物业小周"), NOTE, "") if s is Status.IN_PROGRESS else ticket(s),
            "物业公司",
            NOON,
        )
        for s in Status
    ),
    "settled": tuple(wording.settled(resolved(ticket(), doer("物业小周"), n, DAY), NOON + DAY) for n in (NOTE, "")),
    "own_list": (wording.own_list([ONE, TWO]), wording.own_list([])),
    "categories": (wording.categories(),),
    "ask_which": tuple(wording.ask_which(a, tickets) for a in Action for tickets in ([ONE, TWO], [])),
    "not_permitted": tuple(wording.not_permitted(ONE, a) for a in Action),
    "not_found": (wording.not_found("没有工单#9"),),
    "not_possible": (wording.not_possible(1, "#1现在是「已归档」"),),
    "bound": tuple(wording.bound(r, "幸福里3号楼") for r in Role),
    "reminded": (wording.reminded(ONE),),
    "chased": (wording.chased(ONE, LIST),),
    "warned": (wording.warned(ONE, LIST, NOON),),
    "late": tuple(wording.late(ONE, called=called) for called in (True, False)),
    "escalated": tuple(wording.escalated(ONE, level) for level in (2, 3)),
    "promise_asked": (wording.promise_asked(ONE, NOTE), wording.promise_asked(ONE, "")),
    "alarm_repeated": (wording.alarm_repeated(ONE),),
    "still_open": (wording.still_open(ONE, LIST), wording.still_open(TWO, LIST)),
    "marked_told": (wording.marked_told(ONE),),
    "to_do": (wording.to_do([(ONE, "已超期")] * 12),),
    "week": (wording.week(1, 2, [ONE] * 12), wording.week(0, 0, ())),
}
#: Not sentences by themselves.
PARTS = {
    "code",
    "subject",
    "hours",
    "merged_posts",
    "digest",
    "moment",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_no_sentence_betrays_anybody(name: str) -> None:
    """It begins with the code if it is about a ticket, and holds no name, phone, plate, ID or door."""
    for text in SENTENCES[name]:
        check_post(text)


def test_every_sentence_is_held_against_the_law() -> None:
    """A new function of `wording` must come with its sentences in the table above."""
    own = {n for n, f in vars(wording).items() if inspect.isfunction(f) and f.__module__.startswith(wording.__name__)}
    assert own - PARTS == set(SENTENCES)


@pytest.mark.parametrize(
    "text", ["【#1】王阿姨说漏水", "已记录", "【#1】打13800138000", "【#1】3-2-501漏水", "【#1】302室"]
)
def test_the_law_has_teeth(text: str) -> None:
    """A post that breaks the law is found."""
    with pytest.raises(AssertionError):
        check_post(text)
