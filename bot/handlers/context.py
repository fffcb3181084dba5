"""What every handler is given: the transaction, the rules, the time."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.commands import Actor
from bot.domain.lifecycle import Doer
from bot.domain.members import PERMISSIONS, Action, Relation, Role, may
from bot.domain.policy import Policy
from bot.domain.schedule import debt_since, due_of, next_look
from bot.domain.tickets import Ticket
from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One transaction of the program."""

    work: UnitOfWork
    policy: Policy
    now: datetime
    #: Files of pictures to delete once the transaction stands: their messages were taken back.
    leftovers: list[str] = field(default_factory=list)

    async def take_in(self, ticket: Ticket) -> Ticket:
        """Store a new *ticket*, and when the clock must look at it."""
        return await self.work.tickets.add(self._scheduled(ticket))

    async def keep(self, ticket: Ticket) -> Ticket:
        """Store a changed *ticket*, and when the clock must look at it next. Raises `StaleTicket`."""
        return await self.work.tickets.save(self._scheduled(ticket))

    def _scheduled(self, ticket: Ticket) -> Ticket:
        # Of an imported history the clock asks nobody anything; whoever takes the ticket up sets it going.
        if self.policy.silent:
            return replace(ticket, look_at=None, due_at=None, debt_at=None)
        rules = self.policy.rules
        return replace(
            ticket, look_at=next_look(ticket, rules), due_at=due_of(ticket, rules), debt_at=debt_since(ticket, rules)
        )


async def relations(ticket: Ticket, by: Actor, context: Context) -> frozenset[Relation]:
    """What *by* is to *ticket*, or to one that was folded into it."""
    who = by.member.identity
    family = [ticket, *await context.work.tickets.merged_into(ticket.number)]
    out = {Relation.REPORTER} if any(who in t.reporters for t in family) else set()
    return frozenset(out | ({Relation.SUPPORTER} if any(who in t.supporters for t in family) else set()))


async def permitted(ticket: Ticket, by: Actor, action: Action, context: Context) -> bool:
    """May *by* do *action* to *ticket*?"""
    return may(by.member, action, ticket.place, await relations(ticket, by, context))


def doer(by: Actor, action: Action, ticket: Ticket) -> Doer:
    """*by* as the history shows them: in the role that allows *action*."""
    allowed = PERMISSIONS[action]
    roles = [g.role for g in by.member.grants if g.role in allowed and g.covers(ticket.place)]
    return Doer(by=by.member.identity, role=(roles[0] if roles else Role.RESIDENT).value, at=by.at)
