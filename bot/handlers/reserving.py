"""People who want nothing taken down: they say so, they take it back, and they are helped in danger all the same."""

from bot import wording
from bot.domain.commands import OptIn, OptOut, WarnOfDanger
from bot.domain.records import Post, Priority
from bot.handlers.context import Context
from bot.handlers.posting import answer
from bot.handlers.reaching import on_call_at

#: The same group is told the number once in so many seconds.
_ONCE_IN = 300


async def opt_out(command: OptOut, context: Context) -> None:
    """Take nothing down from now on, and forget what waits to be looked at."""
    who = command.by.member.identity
    await context.work.members.opt(who, command.by.at)
    for review in [*await context.work.reviews.listed(), *await context.work.reviews.dismissed()]:
        if review.sender == who:
            await context.work.reviews.remove(review.conversation.key, review.message_id)
    for sample in await context.work.samples.listed():
        if sample.sender == who:
            await context.work.samples.remove(sample.conversation.key, sample.message_id)
    await answer(command.by, wording.OPTED_OUT, context)


async def opt_in(command: OptIn, context: Context) -> None:
    """Take down again what they raise."""
    await context.work.members.opt(command.by.member.identity, None)
    await answer(command.by, wording.OPTED_IN, context)


async def warn_of_danger(command: WarnOfDanger, context: Context) -> None:
    """Say the number to call, and call those on duty; nothing is kept of what was said."""
    where = command.by.conversation
    if where is None or context.policy.silent:
        return
    duty = await on_call_at(where.platform, command.place, context) if where.is_group else ()
    post = Post(
        key=f"danger/{where.key}/{command.by.at.timestamp() // _ONCE_IN:.0f}",
        conversation=where,
        text=wording.danger(command.words, command.category, called=bool(duty)),
        priority=Priority.EMERGENCY,
        mentions=duty,
        created_at=context.now,
        due_at=context.now,
    )
    await context.work.outbox.add(post)
