"""To which ticket a reply is: by a code, by a quote, or bare when only one can be meant."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.commands import (
    AskWhich,
    AssignTicket,
    BindRole,
    ConfirmTicket,
    ListOwnTickets,
    MergeTicket,
    RateTicket,
    RecategoriseTicket,
    RejectTicket,
    ReportProgress,
    ResolveTicket,
    RetierTicket,
    ShowHelp,
    SupportTicket,
    TicketCommand,
    UrgeTicket,
)
from bot.domain.members import Action
from bot.domain.messages import Quote
from bot.domain.places import Place
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import Status, Ticket
from bot.intake.interpret import interpret
from tests.cast import NOON, OTHER_GROUP, PICTURE, identity, private_chat, ticket, ticket_message
from tests.intake.scenes import scene

ONE, TWO = ticket(number=1), ticket(number=2)
QUOTE = Quote(message_id="bot1", text="【#1】已记录")


def _only(commands: Sequence[object]) -> object:
    [command] = commands
    return command


def test_bare_means_the_only_ticket_that_waits() -> None:
    """确认 without more is for the one pending ticket of this group."""
    command = _only(interpret(scene("李楼长", "确认", ONE, ticket(Status.CONFIRMED, number=2))))
    assert isinstance(command, ConfirmTicket)
    assert command.number == 1
    assert command.by.message_id == "m30"


def test_bare_with_several_asks_which() -> None:
    """With two pending tickets the bot asks, and names both."""
    command = _only(interpret(scene("李楼长", "确认", ONE, TWO)))
    assert command == AskWhich(by=command.by, action=Action.CONFIRM, numbers=(1, 2))  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["确认", "1", "误报", "改小事", "接单", "拆分", "转物业"])
@pytest.mark.parametrize("who", ["王阿姨", "一个陌生人"])
def test_bare_by_somebody_who_may_not_is_chatter(text: str, who: str) -> None:
    """A resident who says 确认 talks to somebody else."""
    assert interpret(scene(who, text, ONE, ticket(Status.MERGED, number=2))) == []


@pytest.mark.parametrize("text", ["转发一下", "转告大家"])
def test_what_names_no_responsible_body_is_chatter(text: str) -> None:
    """转 and a word that the responsibility list does not know is ordinary talk, even of a leader with two tickets."""
    assert interpret(scene("李楼长", text, ONE, TWO)) == []


def test_bare_is_for_tickets_of_this_group() -> None:
    """A pending ticket of another group is not meant by a bare reply, but by its code."""
    elsewhere = ticket(number=5, home=OTHER_GROUP, messages=(ticket_message(conversation=OTHER_GROUP),))
    assert interpret(scene("小陈", "确认", elsewhere)) == []
    assert isinstance(_only(interpret(scene("小陈", "确认 #5", elsewhere))), ConfirmTicket)


def test_bare_is_within_the_scope_of_a_role() -> None:
    """A leader confirms bare what is in their building, and nothing else."""
    other = ticket(number=5, place=Place(estate="幸福里", building="5号楼"))
    assert interpret(scene("李楼长", "确认", other)) == []
    assert isinstance(_only(interpret(scene("钱楼长", "确认", other, ONE))), ConfirmTicket)


@pytest.mark.parametrize("text", ["1", "0", "不是"])
def test_a_terse_reply_is_for_a_fresh_ticket_only(text: str) -> None:
    """「1」 hours later is something else, unless it quotes the bot."""
    old = ticket(opened_at=NOON - timedelta(hours=3))
    assert interpret(scene("李楼长", text, old)) == []
    assert interpret(scene("李楼长", text, ONE)) != []
    assert interpret(scene("李楼长", text, old, quoted=[1], quotes_bot=True, quote=QUOTE)) != []


def test_a_code_needs_no_guess() -> None:
    """#42 is #42, known or not, in whatever status, whoever asks: the handlers answer."""
    for who in ("李楼长", "一个陌生人"):
        command = _only(interpret(scene(who, "确认 #42", ONE)))
        assert isinstance(command, ConfirmTicket)
        assert command.number == 42


def test_quoting_the_bot_names_the_ticket() -> None:
    """A quote of the bot counts even for somebody who may not; they are owed an answer."""
    for who in ("李楼长", "王阿姨"):
        command = _only(interpret(scene(who, "确认", ONE, TWO, quoted=[1], quotes_bot=True, quote=QUOTE)))
        assert isinstance(command, ConfirmTicket)
        assert command.number == 1


def test_quoting_a_post_of_several_tickets_means_the_one_that_fits() -> None:
    """Of two tickets in one post the pending one is confirmed; with two pending ones the bot asks."""
    done = ticket(Status.RESOLVED, number=2)
    command = _only(interpret(scene("李楼长", "确认", ONE, done, quoted=[1, 2], quotes_bot=True, quote=QUOTE)))
    assert isinstance(command, ConfirmTicket)
    asked = _only(interpret(scene("李楼长", "确认", ONE, TWO, quoted=[1, 2], quotes_bot=True, quote=QUOTE)))
    assert isinstance(asked, AskWhich)
    assert asked.numbers == (1, 2)


def test_quoting_a_neighbours_report() -> None:
    """A leader may confirm by quoting the report; neighbours who quote each other are not talking to the bot."""
    leader = _only(interpret(scene("李楼长", "属实", ONE, TWO, quoted=[1], quote=QUOTE)))
    assert isinstance(leader, ConfirmTicket)
    for text in ("确认", "+1"):
        commands = interpret(scene("赵大爷", text, ONE, quoted=[1], quote=QUOTE))
        assert not any(isinstance(c, TicketCommand) for c in commands)


def test_quoting_something_else_is_talk() -> None:
    """A bare 确认 that quotes a message of no ticket is for its writer."""
    assert interpret(scene("李楼长", "确认", ONE, quote=Quote(message_id="m5", text="晚上开会"))) == []


OWN = ticket(Status.RESOLVED, number=1)


def test_one_rates_bare_only_ones_own() -> None:
    """满意 is the reporter's for their own ticket, and chatter for everybody else."""
    command = _only(interpret(scene("王阿姨", "满意", OWN, ticket(Status.RESOLVED, number=2, reporters=()))))
    assert isinstance(command, RateTicket)
    assert (command.number, command.stars) == (1, 5)
    assert interpret(scene("赵大爷", "满意", OWN)) == []


def test_urging_bare_is_for_ones_own() -> None:
    """催 alone is for a ticket that the sender reported or supports."""
    mine = ticket(number=1, supporters=(identity("赵大爷"),))
    assert isinstance(_only(interpret(scene("赵大爷", "催办", mine, TWO))), UrgeTicket)
    assert interpret(scene("一个陌生人", "催办", mine)) == []


def test_in_a_private_chat_ones_own_tickets_are_meant() -> None:
    """In private, bare means the person's own tickets."""
    chat = private_chat("王阿姨")
    assert isinstance(_only(interpret(scene("王阿姨", "催办", ONE, conversation=chat))), UrgeTicket)
    assert interpret(scene("赵大爷", "催办", ONE, conversation=chat)) == []


@pytest.mark.parametrize(
    ("text", "numbers", "expected"),
    [
        ("合并 #2 #1", (), (2, 1)),
        ("#2 合并到 #1", (), (2, 1)),
        ("合并 #1", (2,), (2, 1)),
        ("合并 #1", (), (2, 1)),
    ],
)
def test_merging_needs_two_tickets(text: str, numbers: tuple[int, ...], expected: tuple[int, int]) -> None:
    """The first code, else the quoted one, else the only other one that waits is folded into the last code."""
    command = _only(interpret(scene("李楼长", text, ONE, TWO, quoted=numbers, quotes_bot=bool(numbers))))
    assert isinstance(command, MergeTicket)
    assert (command.number, command.into) == expected


def test_merging_with_a_doubt_asks() -> None:
    """With two others the bot asks which; without any code 合并 is talk."""
    asked = _only(interpret(scene("李楼长", "合并 #1", ONE, TWO, ticket(number=3))))
    assert isinstance(asked, AskWhich)
    assert asked.numbers == (2, 3)
    assert interpret(scene("李楼长", "合并", ONE, TWO)) == []


def _made(text: str, who: str, *tickets: Ticket, **changes: Any) -> object:
    return _only(interpret(scene(who, text, *tickets, **changes)))


def test_what_follows_the_word_is_carried_along() -> None:
    """Reasons, notes, tiers, categories, bodies, stars and pictures arrive in the command."""
    working = ticket(Status.IN_PROGRESS)
    reject = _made("误报 小孩按着玩", "李楼长", ONE)
    assert isinstance(reject, RejectTicket)
    assert reject.reason == "小孩按着玩"
    tier = _made("改大事", "李楼长", ONE)
    assert isinstance(tier, RetierTicket)
    assert tier.tier is Tier.BIG
    category = _made("改类 停车", "李楼长", ONE)
    assert isinstance(category, RecategoriseTicket)
    assert category.category is Category.PARKING
    unknown = _made("改类 飞碟", "李楼长", ONE)
    assert isinstance(unknown, ShowHelp)
    assert unknown.topic == "categories"
    body = _made("转物业", "小陈", ONE)
    assert isinstance(body, AssignTicket)
    assert body.body == "property"
    progress = _made("办理中 师傅到了", "物业小周", working, attachments=(PICTURE,))
    assert isinstance(progress, ReportProgress)
    assert progress.note == "师傅到了"
    assert [m.attachments for m in progress.photos] == [(PICTURE,)]
    done = _made("办结 换了管", "物业小周", working)
    assert isinstance(done, ResolveTicket)
    assert (done.note, done.photos) == ("换了管", ())
    support = _made("我家也是 #1", "赵大爷", ONE)
    assert isinstance(support, SupportTicket)
    assert support.message.text == "我家也是 #1"


def test_some_words_need_no_ticket() -> None:
    """Help, one's own list and a binding code stand alone."""
    assert isinstance(_made("帮助", "一个陌生人"), ShowHelp)
    assert isinstance(_made("我的诉求", "王阿姨"), ListOwnTickets)
    bind = _made("绑定 839201", "一个陌生人")
    assert isinstance(bind, BindRole)
    assert bind.code == "839201"
