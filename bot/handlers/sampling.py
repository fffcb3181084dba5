"""Samples of what was left alone: which groups allow it, which messages are drawn, and what a person says of them."""

from dataclasses import replace

from bot.domain.classification import Classification
from bot.domain.commands import AnswerSample, ReconsiderReview, SwitchSampling
from bot.domain.errors import BotError, InvalidTransition, NotPermitted, ReviewNotFound
from bot.domain.learning import Answer, Sample, lot_of, quota
from bot.domain.members import Action, Member, Role, may
from bot.domain.messages import InboundMessage
from bot.domain.places import Place, same_place
from bot.domain.records import Conversation
from bot.domain.text import masked
from bot.handlers.context import Context

_COMMUNITY = frozenset({Role.WORKER, Role.ADMIN})


async def draw(
    message: InboundMessage, seen: Classification, member: Member, conversation: Conversation, context: Context
) -> bool:
    """Keep *message*, which was left alone, if its group allows it and the lot falls on it; was it kept?

    Nobody's words are drawn who wants nothing taken down, nor what the group itself wants to be left alone.
    """
    day = message.at.astimezone(context.policy.rules.calendar.zone).date()
    most = quota(context.policy.samples_weekly, day)
    theirs = seen.is_issue and seen.category in conversation.rules.left_alone
    wanted = conversation.sampled and conversation.ref.is_group and member.opted_out_at is None and not theirs
    if not wanted or not most or not message.text.strip() or context.policy.silent:
        return False
    sample = Sample(
        conversation=message.conversation,
        message_id=message.message_id,
        sender=message.sender.identity,
        text=masked(message.text),
        at=message.at,
        day=day,
        place=conversation.place,
        classification=seen,
        lot=lot_of(message.key),
    )
    return sample.expires_at > context.now and await context.work.samples.offer(sample, most)


async def switch_sampling(command: SwitchSampling, context: Context) -> None:
    """Let a group be sampled, or no longer; then what was drawn there is forgotten at once.

    Only the community may, where the group is surely theirs. Raises `NotPermitted`, and `BotError` for no such group.
    """
    known = await context.work.conversations.get(command.conversation_key)
    if known is None or not known.ref.is_group:
        raise BotError("没有这个群")
    if not _of_community(command.by.member, known.place):
        raise NotPermitted("抽样要由那里的社区工作者来开")
    await context.work.conversations.save(replace(known, sampled=command.sampled))
    if not command.sampled:
        await context.work.samples.remove_all_of(known.ref.key)


async def answer_sample(command: AnswerSample, context: Context) -> None:
    """Keep what a person says of a sample, or take it back. Raises `ReviewNotFound`, `NotPermitted`, and
    `InvalidTransition` when somebody else has answered."""
    sample = await context.work.samples.get(command.sample)
    if not _of_community(command.by.member, sample.place):
        raise NotPermitted("这句话要由那里的社区工作者来看")
    who = command.by.member.identity
    if command.issue is not None and sample.answer is not None and sample.answer.by != who:
        raise InvalidTransition(f"这句话已经有人判为「{'是事' if sample.answer.issue else '不是事'}」了")
    answer = None
    if command.issue is not None:
        category = command.category if command.issue else None
        answer = Answer(issue=command.issue, category=category, by=who, at=command.by.at)
    await context.work.samples.save(replace(sample, answer=answer))


async def reconsider_review(command: ReconsiderReview, context: Context) -> None:
    """Take back that a held message was dismissed: it waits again. Raises `ReviewNotFound`, `NotPermitted`."""
    review = next((r for r in await context.work.reviews.dismissed() if r.id == command.review), None)
    if review is None:
        raise ReviewNotFound(f"没有判过的消息 {command.review}")
    if not may(command.by.member, Action.REJECT, review.place, frozenset()):
        raise NotPermitted("这条消息要由那里的楼长或社区来判断")
    await context.work.reviews.save(review.reconsidered())


def _of_community(member: Member, place: Place) -> bool:
    """Does *member* work for the community at *place*, surely?"""
    return any(
        g.role in _COMMUNITY
        and (not g.estate or same_place(g.estate, place.estate))
        and (not g.building or same_place(g.building, place.building))
        for g in member.grants
    )
