"""Every sentence of the bot, with the worst that people can write put into it."""

import inspect
from datetime import timedelta

import pytest

from bot import wording
from bot.domain.members import Action, Role
from bot.domain.taxonomy import Category, Tier, Urgency
from bot.domain.tickets import Status
from tests.cast import ticket
from tests.conversations.group import POLICY
from tests.conversations.law import check_post

NOTE = "3-2-501的师傅13800138000，302室的京A12345，110105194912310021，2-602也是"
LIST = POLICY.responsibility
ONE = ticket(body="property", urgency=Urgency.URGENT, previous=3, summary=NOTE)
TWO = ticket(number=2, merged_into=1, status=Status.MERGED)

#: Every function of `wording` that makes a sentence, and what it says.
SENTENCES: dict[str, tuple[str, ...]] = {
    "opened": (wording.opened(ONE), wording.opened(ticket())),
    "emergency": tuple(
        wording.emergency(ticket(category=c), called=called) for c in Category for called in (True, False)
    ),
    "advised": tuple(wording.advised(ticket(category=c), LIST) for c in Category),
    "confirmed": tuple(wording.confirmed(ticket(category=c, tier=t), LIST) for c in Category for t in Tier),
    "rejected": (wording.rejected(ONE, NOTE), wording.rejected(ONE, "")),
    "retiered": tuple(wording.retiered(ticket(tier=t), LIST) for t in Tier),
    "recategorised": (wording.recategorised(ONE, LIST),),
    "merged": (wording.merged(TWO, ONE),),
    "split": (wording.split(TWO, 1),),
    "assigned": tuple(wording.assigned(ticket(body=b), LIST) for b in LIST.bodies),
    "accepted": (wording.accepted(ONE, LIST),),
    "progressed": (wording.progressed(ONE, NOTE), wording.progressed(ONE, "")),
    "resolved": (wording.resolved(ONE, NOTE, timedelta(hours=24)), wording.resolved(ONE, "", timedelta(minutes=1))),
    "reopened": (wording.reopened(ONE),),
    "rated": tuple(wording.rated(ONE, stars) for stars in range(1, 6)),
    "urged": (wording.urged(ONE, LIST), wording.urged(ticket(), LIST)),
    "withdrawn": (wording.withdrawn(ONE),),
    "supported": (wording.supported(ONE, 2),),
    "status": (wording.status(ONE, 2, LIST), wording.status(TWO, 0, LIST)),
    "own_list": (wording.own_list([ONE, TWO]), wording.own_list([])),
    "categories": (wording.categories(),),
    "ask_which": tuple(wording.ask_which(a, tickets) for a in Action for tickets in ([ONE, TWO], [])),
    "not_permitted": tuple(wording.not_permitted(ONE, a) for a in Action),
    "not_found": (wording.not_found("没有工单#9"),),
    "not_possible": (wording.not_possible(1, "#1现在是「已归档」"),),
    "bound": tuple(wording.bound(r, "幸福里3号楼") for r in Role),
}
#: Not sentences by themselves.
PARTS = {"code", "subject", "hours", "merged_posts", "digest"}


@pytest.mark.parametrize("name", SENTENCES)
def test_no_sentence_betrays_anybody(name: str) -> None:
    """It begins with the code if it is about a ticket, and holds no name, phone, plate, ID or door."""
    for text in SENTENCES[name]:
        check_post(text)


def test_every_sentence_is_held_against_the_law() -> None:
    """A new function of `wording` must come with its sentences in the table above."""
    own = {n for n, f in vars(wording).items() if inspect.isfunction(f) and f.__module__ == wording.__name__}
    assert own - PARTS == set(SENTENCES)


@pytest.mark.parametrize(
    "text", ["【#1】王阿姨说漏水", "已记录", "【#1】打13800138000", "【#1】3-2-501漏水", "【#1】302室"]
)
def test_the_law_has_teeth(text: str) -> None:
    """A post that breaks the law is found."""
    with pytest.raises(AssertionError):
        check_post(text)
