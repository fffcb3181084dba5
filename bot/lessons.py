"""Turns conversations with known tickets into questions for `fitting`: each message, and the tickets as they stood."""

from collections.abc import Iterator
from dataclasses import replace

from bot.adapters.transcript.labelled import KnownTicket, Labelled
from bot.adapters.transcript.records import conversation, messages
from bot.domain.commands import Joining, OpenTicket
from bot.domain.lifecycle import joined
from bot.domain.members import Grant, Member, Role
from bot.domain.messages import InboundMessage
from bot.domain.records import Conversation
from bot.domain.tickets import Part, Ticket
from bot.fitting import Question
from bot.handlers.intake import as_ticket_message, new_ticket
from bot.intake.features import of_join, of_new
from bot.intake.interpret import opening_command
from bot.intake.linking import part_of, ranked
from bot.intake.scene import Rules, Scene, role_of
from bot.intake.signals import signals
from bot.intake.window import Heard, Windows, breath
from bot.ports import Classifier

_RULES = Rules()


class Lesson:
    """One conversation, told message by message with the right tickets."""

    def __init__(self, labelled: Labelled, classifier: Classifier) -> None:
        """Classify everything once."""
        self._labelled = labelled
        self._classifier = classifier
        self._messages = messages(labelled.transcript.lines)
        self._rooms = {
            r.id: Conversation(
                ref=conversation(r.id), name=r.name, estate=r.place.estate, building=r.place.building,
                enabled=True, first_seen=labelled.transcript.lines[0].at,
            )
            for r in labelled.transcript.rooms
        }  # fmt: skip
        self._roles = {line.sender: line.role for line in labelled.transcript.lines}
        texts = [m.text for m in self._messages]
        self._alone = dict(zip([m.message_id for m in self._messages], classifier.classify_many(texts), strict=True))
        self._windows = Windows()
        self._tickets: dict[str, Ticket] = {}

    def questions(self) -> Iterator[Question]:
        """One question for every message."""
        for message in self._messages:
            scene = self.scene(message)
            yield self._question(scene)
            self._learn(scene)

    def scene(self, message: InboundMessage) -> Scene:
        """The scene of *message*, with the right tickets."""
        room = self._rooms[message.conversation.id]
        window = self._windows.recent(message.conversation.key, message.at)
        before = breath([h.message for h in window], message)
        whole = " ".join([*(m.text for m in before[-4:]), message.text])
        role = self._roles[message.sender.identity.user_id]
        grants = () if role is Role.RESIDENT else (Grant(role=role, estate=room.estate),)
        tickets = sorted(self._tickets.values(), key=lambda t: t.active_at, reverse=True)
        quote = message.quote.message_id if message.quote else ""
        quoted = {t.number for t in tickets if quote and t.has_message(message.conversation.key, quote)}
        return Scene(
            message=message,
            classification=self._alone[message.message_id],
            burst=self._classifier.classify_many([whole])[0] if before else None,
            member=Member(identity=message.sender.identity, name=message.sender.name, grants=grants),
            conversation=room,
            window=window,
            tickets=tuple(tickets),
            quoted=frozenset(quoted),
            quotes_bot=False,
            similarity=self._classifier.similarity,
            rules=_RULES,
        )

    def _right(self, message: InboundMessage) -> list[KnownTicket]:
        return [t for t in self._labelled.tickets if message.message_id in t.messages]

    def _question(self, scene: Scene) -> Question:
        """The choices, and which are right."""
        right = self._right(scene.message)
        standing = ranked(scene)
        joins = [of_join(scene, t, rank) for t, rank in standing]
        numbers = {self._tickets[k.key].number for k in right if k.key in self._tickets}
        good = {n for n, (t, _) in enumerate(standing) if t.number in numbers}
        fresh = [k for k in right if k.key not in self._tickets]
        early = bool(fresh) and all(k.first != scene.message.message_id for k in fresh)
        media = "media" in signals(scene.message.text)
        if fresh and not (early and media):
            good.add(len(joins))
        return Question(
            choices=(*joins, of_new(scene)),
            right=frozenset(good),
            nothing=not right or (early and not numbers),
        )

    def _learn(self, scene: Scene) -> None:
        """Put the message where it belongs."""
        message = scene.message
        heard = Heard(message=message, classification=scene.classification, role=role_of(scene.member))
        self._windows.add(heard)
        for known in self._right(message):
            if known.key in self._tickets:
                ticket = self._tickets[known.key]
                joining = Joining(message=message, part=part_of(scene, ticket))
                self._tickets[known.key] = joined(ticket, as_ticket_message(joining))
            elif known.first == message.message_id:
                self._tickets[known.key] = self._opened(scene, known)
            else:
                continue
            mark = self._tickets[known.key]
            self._windows.mark(message.conversation.key, {m.message_id for m in mark.messages}, mark.number)

    def _opened(self, scene: Scene, known: KnownTicket) -> Ticket:
        """The ticket as the bot would have made it, with the messages that truly lead to it."""
        command: OpenTicket = opening_command(scene)
        earlier = [m for m in self._messages if m.message_id in known.messages and m.at < scene.message.at]
        leads = tuple(Joining(message=m, part=Part.REPORT) for m in (*earlier, scene.message))
        return replace(new_ticket(replace(command, messages=leads)), number=len(self._tickets) + 1)
