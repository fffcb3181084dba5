"""Everything that can go wrong in a way that somebody has to hear of."""


class BotError(Exception):
    """A failure with a sentence for a person."""


class ConfigError(BotError):
    """The operator must act: what is wrong, where, and what would be right, in one line."""


class TicketNotFound(BotError):
    """No ticket has this code, or not one that this person may see."""


class ReviewNotFound(BotError):
    """No message of this number waits in the review list."""


class NotPermitted(BotError):
    """This person may not do this."""


class InvalidTransition(BotError):
    """The ticket's status does not allow this."""


class AmbiguousTicket(BotError):
    """Several tickets could be meant."""


class StaleTicket(BotError):
    """Somebody else changed the ticket in between; reading it again and retrying helps."""


class Unavailable(BotError):
    """The store cannot be used just now (locked, full, not reachable); trying again later helps."""


class DeliveryError(BotError):
    """A platform did not take a post.

    *permanent*: trying again cannot help. *ambiguous*: the post may have gone out all the same.
    """

    def __init__(self, message: str, *, permanent: bool = False, ambiguous: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.ambiguous = ambiguous
