"""Small scenes for the tests of understanding: a group told line by line, with tickets where a matter was found."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain import lifecycle
from bot.domain.commands import Command, ExtendTicket, Joining, OpenTicket
from bot.domain.lifecycle import Doer
from bot.domain.messages import InboundMessage
from bot.domain.taxonomy import URGENCY_RANK
from bot.domain.tickets import Ticket, TicketMessage
from bot.handlers.intake import as_ticket_message, new_ticket
from bot.intake.interpret import interpret
from bot.intake.scene import Rules, Scene
from bot.intake.window import Heard, Windows, breath
from tests import cast
from tests.conversations.readings import Readings

RULES = Rules(bodies={"物业": "property", "社区": "community"})
READINGS = Readings()


def scene(who: str, text: str, *tickets: Ticket, quotes_bot: bool = False, quoted: Any = (), **changes: Any) -> Scene:
    """*who* says *text* in the group of building 3, where *tickets* stand."""
    message = cast.message(who, text, 30, **changes)
    return Scene(
        message=message,
        classification=READINGS.classify_many([text])[0],
        burst=None,
        member=cast.member(who),
        conversation=cast.conversation(message.conversation),
        window=(),
        tickets=tickets,
        quoted=frozenset(quoted),
        quotes_bot=quotes_bot,
        similarity=READINGS.similarity,
        rules=RULES,
    )


class Talk:
    """A conversation without storage: each line goes through `interpret`, and tickets come of it."""

    def __init__(self) -> None:
        """Nobody has said anything."""
        self.windows = Windows()
        self.tickets: list[Ticket] = []
        self.now = cast.NOON
        self._said = 0

    def says(self, who: str, text: str, *, after: float = 10, **changes: Any) -> list[Command]:
        """*who* says *text*, *after* seconds of silence; the commands that come of it."""
        self.now += timedelta(seconds=after)
        self._said += 1
        message = cast.message(who, text, **{"message_id": f"m{self._said}", "at": self.now, **changes})
        current = self._scene(who, message)
        heard = Heard(message=message, classification=current.classification, role=current.role)
        self.windows.add(heard)
        commands = interpret(current)
        for command in commands:
            self._carry_out(command)
        return commands

    def _scene(self, who: str, message: InboundMessage) -> Scene:
        key = message.conversation.key
        window = self.windows.recent(key, message.at)
        before = breath([h.message for h in window], message)
        whole = " ".join([*(m.text for m in before), message.text])
        return replace(
            scene(who, message.text, *sorted(self.tickets, key=lambda t: t.active_at, reverse=True)),
            message=message,
            conversation=cast.conversation(message.conversation),
            window=window,
            burst=READINGS.classify_many([whole])[0] if before else None,
        )

    def _carry_out(self, command: Command) -> None:
        if isinstance(command, OpenTicket):
            ticket = replace(new_ticket(command), number=len(self.tickets) + 1)
            self.tickets.append(ticket)
            self._mark(command.messages, ticket.number)
        elif isinstance(command, ExtendTicket):
            self.tickets[command.number - 1] = self._extended(command)
            self._mark(command.messages, command.number)

    def _extended(self, command: ExtendTicket) -> Ticket:
        ticket = self.tickets[command.number - 1]
        for joining in command.messages:
            ticket = lifecycle.joined(ticket, as_ticket_message(joining))
        urgency = command.classification.urgency
        louder = URGENCY_RANK[urgency] > URGENCY_RANK[ticket.urgency]
        return lifecycle.raised(ticket, urgency, Doer(at=self.now)) if louder else ticket

    def _mark(self, messages: tuple[Joining, ...], number: int) -> None:
        for joining in messages:
            m = joining.message
            self.windows.mark(m.conversation.key, {m.message_id}, number)

    @property
    def told(self) -> list[list[str]]:
        """The ids of the messages of each ticket."""
        return [[m.message_id for m in t.messages] for t in self.tickets]

    def messages_of(self, number: int) -> tuple[TicketMessage, ...]:
        """The messages of ticket #*number*."""
        return self.tickets[number - 1].messages
