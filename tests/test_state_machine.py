"""No sequence of commands, by whomever, with posts going out, failing or getting lost, breaks the laws of a ticket."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.changes import Changes
from bot.domain import commands as do
from bot.domain.commands import Actor, Command, Joining, OpenTicket
from bot.domain.deadlines import deadlines
from bot.domain.members import Role
from bot.domain.places import Place
from bot.domain.records import PostStatus
from bot.domain.taxonomy import Category, Tier
from bot.domain.tickets import ENDING, TRANSITIONS, Part, Status, Ticket
from bot.domain.waiting import desk, waits_for
from bot.handlers import Context, execute
from bot.workers.clock import ClockWorker
from tests import cast
from tests.conversations.group import POLICY
from tests.workers.scripted import MOODS, Killed, Moody, Office

Make = Callable[[Actor, int, int], Command]
#: Everything that can be said about a ticket, and a message about which it can be said.
SAID: dict[str, Make] = {
    "确认": lambda by, n, _: do.ConfirmTicket(by=by, number=n),
    "误报": lambda by, n, _: do.RejectTicket(by=by, number=n, reason="看过了"),
    "改大事": lambda by, n, _: do.RetierTicket(by=by, number=n, tier=Tier.BIG),
    "改小事": lambda by, n, _: do.RetierTicket(by=by, number=n, tier=Tier.SMALL),
    "改私事": lambda by, n, _: do.RetierTicket(by=by, number=n, tier=Tier.PRIVATE),
    "改类": lambda by, n, _: do.RecategoriseTicket(by=by, number=n, category=Category.PARKING),
    "合并": lambda by, n, m: do.MergeTicket(by=by, number=n, into=m),
    "拆分": lambda by, n, _: do.SplitTicket(by=by, number=n),
    "转物业": lambda by, n, _: do.AssignTicket(by=by, number=n, body="property"),
    "转社区": lambda by, n, _: do.AssignTicket(by=by, number=n, body="community", reason="要协调"),
    "退回": lambda by, n, m: do.DeclineTicket(by=by, number=n, reason="是市政管网", proposal="water" if m % 2 else ""),
    "应为大事": lambda by, n, _: do.ContestTier(by=by, number=n, tier=Tier.BIG),
    "应为小事": lambda by, n, _: do.ContestTier(by=by, number=n, tier=Tier.SMALL),
    "维持": lambda by, n, _: do.UpholdTier(by=by, number=n, reason="看过了"),
    "措施": lambda by, n, _: do.AddMeasure(by=by, number=n, what="换水泵", who="property", by_when=by.at.date()),
    "上报": lambda by, n, _: do.SendUp(by=by, number=n, reference="2026-42"),
    "明天来修": lambda by, n, m: do.NotePromise(by=by, number=n, words="明天来修", due=by.at + m * cast.DAY / 2),
    "暂停": lambda by, n, m: do.PauseTicket(by=by, number=n, reason="等配件", until=by.at + m * cast.DAY),
    "恢复计时": lambda by, n, _: do.ResumeTicket(by=by, number=n),
    "调解": lambda by, n, _: do.RequestMediation(by=by, number=n),
    "回访": lambda by, n, m: do.CallBack(by=by, number=n, satisfied=bool(m % 2), note="问过了"),
    "已告知": lambda by, n, _: do.MarkTold(by=by, number=n),
    "接单": lambda by, n, _: do.AcceptTicket(by=by, number=n),
    "办理中": lambda by, n, _: do.ReportProgress(by=by, number=n, note="在修"),
    "办结": lambda by, n, _: do.ResolveTicket(by=by, number=n, note="好了"),
    "查": lambda by, n, _: do.LookUpTicket(by=by, number=n),
    "打听": lambda by, n, _: do.AnswerInquiry(by=by, number=n),
    "催": lambda by, n, _: do.UrgeTicket(by=by, number=n),
    "撤回": lambda by, n, _: do.WithdrawTicket(by=by, number=n),
    "没解决": lambda by, n, _: do.ReopenTicket(by=by, number=n, reason="还漏"),
    "评": lambda by, n, m: do.RateTicket(by=by, number=n, stars=1 + m % 5),
}
#: Everybody, and more often the worker, who may do most.
WHO, NUMBERS = st.sampled_from(["小陈"] * 8 + list(cast.CARDS)), st.integers(1, 4)


class Building(RuleBasedStateMachine):
    """A building, its people, its bot and an unreliable platform."""

    def __init__(self) -> None:
        """Nothing has happened."""
        super().__init__()
        self.loop = asyncio.Runner()
        self.office = Office()
        self.platform = self.office.adapter = Moody()
        self.office.worker = self.office.new_worker()
        self.clock = ClockWorker(
            work=self.office.work, policy=POLICY, clock=self.office.clock, changes=Changes(), keep_watermarks=_nothing
        )
        self.said, self.before, self.split = 0, dict[int, Ticket](), False
        self.families: Counter[int] = Counter()

    def teardown(self) -> None:
        """Close the loop."""
        self.loop.close()

    def _run(self, what: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(what)

    def _tell(self, command: Command) -> None:
        async def tell() -> None:
            async with self.office.work() as work:
                await execute(command, Context(work=work, policy=POLICY, now=self.office.clock.now()))
                await work.commit()

        self._run(tell())

    def _message(self, who: str) -> Any:
        self.said += 1
        return cast.message(who, "漏水了", self.said, at=self.office.clock.now())

    @initialize()
    def people_move_in(self) -> None:
        """Grant the roles."""

        async def grant() -> None:
            async with self.office.work() as work:
                for name, given in cast.GRANTS.items():
                    await work.members.grant(cast.identity(name), name, given)
                await work.commit()

        self._run(grant())

    @precondition(lambda self: len(self.before) < 3)
    @rule(who=WHO, tier=st.sampled_from(Tier))
    def report(self, who: str, tier: Tier) -> None:
        """Somebody raises a matter."""
        joining = Joining(message=self._message(who), part=Part.REPORT)
        place = Place(estate=cast.ESTATE, building="3号楼")
        self._tell(OpenTicket(messages=(joining,), classification=cast.reading(tier=tier), place=place))

    @rule(who=WHO, number=NUMBERS)
    def join_in(self, who: str, number: int) -> None:
        """A neighbour says so too."""
        message = self._message(who)
        self._tell(do.SupportTicket(by=self._actor(who), number=number, message=message))

    @precondition(lambda self: self.before)
    @rule(
        words=st.lists(
            st.tuples(WHO, st.sampled_from(list(SAID)), NUMBERS, NUMBERS, st.booleans()), min_size=1, max_size=6
        )
    )
    def say(self, words: list[tuple[str, str, int, int, bool]]) -> None:
        """People, who may or may not, say things about tickets, in the group or at the desk."""
        for who, word, number, other, in_console in words:
            actor = self._actor(who)
            self.split = word == "拆分"
            self._tell(SAID[word](replace(actor, conversation=None) if in_console else actor, number, other))
            self.each_step_is_lawful()

    @precondition(lambda self: self.before)
    @rule(number=st.integers(1, 40))
    def take_back(self, number: int) -> None:
        """The writer of a message recalls it."""
        by = self._actor("王阿姨")
        self._tell(do.NoteRecall(conversation=cast.GROUP, message_id=f"m{number}", by=by))

    @rule(mood=st.sampled_from(MOODS), readable=st.booleans(), minutes=st.integers(1, 30))
    def send(self, mood: str, readable: bool, minutes: int) -> None:
        """The outbox works while the platform is in some mood."""
        self.platform.mood, self.platform.readable = mood, readable
        self._run(self.office.clock.sleep(60 * minutes))
        try:
            self._run(self.office.worker.run_due())
        except Killed:
            self.office.worker = self.office.new_worker()
            self._run(self.office.worker.remember())
            self._run(self.office.worker.recover())

    @rule(hours=st.sampled_from([1, 12, 25, 60]))
    def wait(self, hours: int) -> None:
        """Time passes, what is due is sent by a good platform, and the clock does its round."""
        self.platform.mood, self.platform.readable = "takes", True
        self._run(self.office.clock.sleep(3600 * hours))
        self._run(self.office.send(10, times=3))
        self._run(self.clock.run_due())

    def _actor(self, who: str) -> Actor:
        self.said += 1
        self._run(self.office.clock.sleep(1))
        return cast.actor(who, self.office.clock.now(), message_id=f"c{self.said}")

    @property
    def tickets(self) -> dict[int, Ticket]:
        """All tickets by number."""
        return {t.number: t for t in self.office.database.tickets._shelf.all()}

    @invariant()
    def each_step_is_lawful(self) -> None:
        """History only grows, statuses change by the table, people are never lost except by a split."""
        now = self.tickets
        for number, old in self.before.items():
            new = now[number]
            assert new.history[: len(old.history)] == old.history
            assert _follows_the_table(old, new)
            assert set(old.reporters) <= set(new.reporters)
            assert set(old.supporters) <= set(new.supporters)
            assert (new.status is Status.MERGED) == bool(new.merged_into)
            assert new.close_after is None or new.status in ENDING or new.status is Status.MERGED
        families = Counter({n: len(_family(n, now)) for n in now})
        assert self.split or all(families[n] >= size for n, size in self.families.items())
        self.before, self.families, self.split = now, families, False

    @invariant()
    def nobody_is_left_alone(self) -> None:
        """Every ticket that is not over has an owner or waits for somebody; what waits for a worker is on the desk."""
        for ticket in self.tickets.values():
            if ticket.is_open or ticket.status in ENDING:
                assert waits_for(ticket)
                assert waits_for(ticket) != Role.WORKER or desk(ticket)

    @invariant()
    def every_owner_has_a_limit(self) -> None:
        """Whoever is responsible for a public matter has a time limit, the same in whatever order it is read."""
        rules = POLICY.rules
        for ticket in self.tickets.values():
            limits = deadlines(ticket.history, rules.calendar, rules.limits)
            shuffled = random.Random(ticket.version).sample(ticket.history, len(ticket.history))
            assert deadlines(shuffled, rules.calendar, rules.limits) == limits
            if ticket.status in (Status.ASSIGNED, Status.IN_PROGRESS) and ticket.tier is not Tier.PRIVATE:
                assert limits.settle is not None

    @invariant()
    def nothing_closes_untold(self) -> None:
        """Before each closing stands an ending, the time for objections, and a post that went out, or somebody's word."""
        sent = {p.key for p in self.office.posts if p.status is PostStatus.SENT}
        for ticket in self.tickets.values():
            for place, event in enumerate(ticket.history):
                if event.name == "closed":
                    past = ticket.history[:place]
                    end = max(n for n, e in enumerate(past) if e.name == event.data["before"])
                    assert event.at - past[end].at >= timedelta(hours=24)
                    told = [e for e in past[end:] if e.name == "told" and e.data["status"] == event.data["before"]]
                    assert any(e.by is not None or e.data["post"] in sent for e in told)

    @invariant()
    def nothing_is_said_twice(self) -> None:
        """No key stands twice in the outbox, and no sentence goes out more often than it stands there."""
        keys = [p.key for p in self.office.posts]
        assert len(keys) == len(set(keys))
        rows = Counter((p.conversation.key, line) for p in self.office.posts for line in p.text.splitlines())
        lines = Counter((p.conversation.key, line) for p in self.platform.posts for line in p.text.splitlines())
        assert lines <= rows


async def _nothing() -> None:
    """No watermarks here."""


#: Events that note another fact than the status in `before`.
_OF_LABELS = frozenset({"retiered", "recategorised", "list_proposed"})


def _follows_the_table(old: Ticket, new: Ticket) -> bool:
    """Is each change of the status from *old* to *new* one that the table allows?"""
    since = [e for e in new.history[len(old.history) :] if "before" in e.data and e.name not in _OF_LABELS]
    path = [*(Status(str(e.data["before"])) for e in since), new.status]
    return path[0] is old.status and all(b in TRANSITIONS[a] for a, b in pairwise(path))


def _family(number: int, tickets: dict[int, Ticket]) -> set[str]:
    """Everybody of a ticket and of those folded into it."""
    family = [tickets[number], *(t for t in tickets.values() if t.merged_into == number)]
    return {who.key for t in family for who in (*t.reporters, *t.supporters)}


def test_no_sequence_of_commands_breaks_a_ticket() -> None:
    """Closed only after being told, append-only, by the table, and nothing twice: whatever people and platforms do."""
    chosen = int(os.environ.get("LOUSHI_TEST_SEED") or random.randrange(2**32))
    print(f"LOUSHI_TEST_SEED={chosen}")
    seed(chosen)(Building)
    checks = list(HealthCheck)
    bounds = settings(
        max_examples=250, stateful_step_count=40, deadline=None, suppress_health_check=checks, database=None
    )
    run_state_machine_as_test(Building, settings=bounds)
