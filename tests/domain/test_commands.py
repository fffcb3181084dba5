"""Commands, and the room that carries them out."""

from typing import get_args

from bot.domain import commands
from bot.domain.commands import ACTION_OF, Command, TicketCommand
from bot.domain.members import PERMISSIONS, Action
from bot.handlers.execute import HANDLERS
from bot.intake.replies import MEANT


def test_every_command_about_a_ticket_needs_a_permission() -> None:
    """Each command about one ticket has its entry in the table of permissions, and each entry is somebody's."""
    kinds = [c for c in vars(commands).values() if isinstance(c, type) and issubclass(c, TicketCommand)]
    assert set(ACTION_OF) == set(kinds) - {TicketCommand}
    assert set(ACTION_OF.values()) == set(PERMISSIONS) == set(Action)


def test_every_command_has_a_handler() -> None:
    """Nothing can be asked for that nobody carries out."""
    asked = (set(get_args(Command)) - {TicketCommand}) | set(ACTION_OF)
    assert set(HANDLERS) == asked


def test_every_action_says_which_tickets_it_can_mean() -> None:
    """A bare reply knows for each action in which statuses a ticket can be meant."""
    assert set(MEANT) == set(Action)
