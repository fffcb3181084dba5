"""The privacy notice: every group that the bot takes part in is told once, and again in each new version."""

from datetime import datetime

from bot import wording
from bot.domain.groups import NoticeGiven
from bot.domain.records import Conversation, Post, Priority
from bot.handlers.context import Context
from bot.ports import Conversations

#: The version that a group is told of which a few messages are drawn.
_SAMPLED = "+s"


async def give_notices(context: Context) -> int:
    """Put the notice into the outbox for every group that was not told yet; for how many."""
    version = context.policy.notice_version
    if not version or context.policy.silent:
        return 0
    given = {(n.conversation_key, n.version) for n in await context.work.conversations.notices()}
    told = 0
    for known in await context.work.conversations.listed():
        wanted = version + (_SAMPLED if known.sampled else "")
        # Whoever was told of the drawing was told of everything else.
        if not _takes_part(known) or given & {(known.ref.key, wanted), (known.ref.key, version + _SAMPLED)}:
            continue
        told += await context.work.outbox.add(_post(known, wanted, context))
    return told


def notice_text(context: Context, *, sampled: bool) -> str:
    """What a group is told: the operator's own words, or ours."""
    policy = context.policy
    return policy.notice_text or wording.notice(policy.notice_contact, policy.review_for, sampled=sampled)


async def note_notice(post: Post, conversations: Conversations, at: datetime) -> None:
    """Keep the record that the group of *post* was told, when, and in which words."""
    given = NoticeGiven(conversation_key=post.conversation.key, version=post.notice_version, at=at, text=post.text)
    await conversations.note_notice(given)


def _takes_part(known: Conversation) -> bool:
    return known.ref.is_group and known.enabled


def _post(known: Conversation, version: str, context: Context) -> Post:
    return Post(
        key=f"notice/{version}/{known.ref.key}",
        conversation=known.ref,
        text=notice_text(context, sampled=known.sampled),
        priority=Priority.NEWS,
        created_at=context.now,
        due_at=context.now,
    )
