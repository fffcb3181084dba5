"""What is said of a ticket on its way (退回, 措施, 上报, 暂停, 回访, a promise) → commands, their parts told apart."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta

from bot.domain.commands import (
    AcceptTicket,
    Actor,
    AddMeasure,
    AssignTicket,
    CallBack,
    Command,
    ContestTier,
    DeclineTicket,
    ExtendTicket,
    NotePromise,
    PauseTicket,
    ReportProgress,
    RequestMediation,
    ResumeTicket,
    SendUp,
    UpholdTier,
)
from bot.domain.members import Action, Role
from bot.domain.taxonomy import Tier, by_label
from bot.domain.tickets import codes_in
from bot.intake.dates import when
from bot.intake.promises import promise
from bot.intake.replies import Reply
from bot.intake.scene import Scene

_MARKS = " \t,，。.:：;；-、"
_SPLIT = re.compile(rf"[{re.escape(_MARKS)}]+")
#: Words after which somebody names the body that should have it.
_WHOSE = r"(?<![不没])(?:应该?由|应该?归|该由|由|归|属于?|转给?|找|请|是)"
_NUMBERED = re.compile(r"^(?:编号|工单号|单号|号码|编码)[:：\s]*")

#: What is no part of a promise: the code, and that it is taken on.
_FOR_BOT = re.compile(r"[#＃]\s*\d{1,9}[\s,，:：]*|^\s*(?:已|我们?)?接单[\s,，。:：;；]*")

Builder = Callable[[Scene, Actor, int, Reply], list[Command]]


def here(scene: Scene) -> datetime:
    """When the message was said, by the clock of the estate."""
    return scene.message.at.astimezone(scene.rules.zone)


def assigned_to(argument: str) -> tuple[str, str]:
    """The name and the reason of 转 *argument*."""
    name, *reason = _SPLIT.split(argument, maxsplit=1)
    return name, "".join(reason).strip(_MARKS)


def proposed(reason: str, bodies: Mapping[str, str]) -> str:
    """The code of the body that *reason* says it belongs to; empty: it names none."""
    names = sorted((n for n in bodies if n), key=len, reverse=True)
    match = re.search(_WHOSE + rf"({'|'.join(map(re.escape, names))})", reason) if names else None
    return bodies[match[1]] if match else ""


def _assign(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    name, reason = assigned_to(reply.argument)
    return [AssignTicket(by=by, number=number, body=scene.rules.bodies[name], reason=reason)]


def _decline(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    proposal = proposed(reply.argument, scene.rules.bodies)
    return [DeclineTicket(by=by, number=number, reason=reply.argument, proposal=proposal)]


def _contest(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    tier = by_label(Tier, reply.argument)
    return [ContestTier(by=by, number=number, tier=tier)] if tier else []


def _measure(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    """换水泵 物业 周五前: the date and the person come last, if they come."""
    words = [w for w in _SPLIT.split(reply.argument) if w]
    by_when = when(words[-1], here(scene)) if len(words) > 1 else None
    words = words[:-1] if by_when else words
    who = words.pop() if len(words) > 1 and (words[-1] in scene.rules.bodies or by_when) else ""
    who = scene.rules.bodies.get(who, who)
    return [
        AddMeasure(by=by, number=number, what=" ".join(words), who=who, by_when=by_when.at.date() if by_when else None)
    ]


def _send_up(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    """街道 编号2026-0042: whom first, if anybody, then the number there."""
    name, rest = assigned_to(reply.argument)
    to = scene.rules.bodies.get(name, "")
    return [SendUp(by=by, number=number, to=to, reference=_NUMBERED.sub("", rest if to else reply.argument)[:40])]


def _pause(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    """12月5日 等配件: the last day, then why. Without a day the handler says how it is done."""
    now, said = here(scene), reply.argument
    until = when(said, now)
    if until is None:
        return [PauseTicket(by=by, number=number, reason="", until=now)]
    last = datetime.combine(until.at.date(), time(), tzinfo=now.tzinfo) + timedelta(days=1, minutes=-1)
    reason = f"{said[: until.begin]} {said[until.end :]}".strip(_MARKS + "为止前到至")
    return [PauseTicket(by=by, number=number, reason=reason, until=last)]


def _call_back(scene: Scene, by: Actor, number: int, reply: Reply) -> list[Command]:
    said, note = assigned_to(reply.argument)
    return [CallBack(by=by, number=number, satisfied="不" not in said, note=note)]


#: How each of these replies becomes a command.
BUILDERS: dict[Action, Builder] = {
    Action.ASSIGN: _assign,
    Action.DECLINE: _decline,
    Action.CONTEST: _contest,
    Action.UPHOLD: lambda s, by, n, r: [UpholdTier(by=by, number=n, reason=r.argument)],
    Action.MEASURE: _measure,
    Action.SEND_UP: _send_up,
    Action.PAUSE: _pause,
    Action.RESUME: lambda s, by, n, r: [ResumeTicket(by=by, number=n)],
    Action.MEDIATE: lambda s, by, n, r: [RequestMediation(by=by, number=n)],
    Action.CALL_BACK: _call_back,
}


def promises(scene: Scene, commands: Sequence[Command]) -> list[Command]:
    """What somebody who must act promised with the message that asked for *commands*."""
    if not scene.member.has_role(Role.PROPERTY, Role.WORKER, Role.ADMIN):
        return []
    if not all(isinstance(c, ExtendTicket | ReportProgress | AcceptTicket) for c in commands):
        return []
    said = promise(_words(scene, commands), here(scene))
    if said is None:
        return []
    by = Actor(
        member=scene.member,
        at=scene.message.at,
        conversation=scene.message.conversation,
        message_id=scene.message.message_id,
    )
    return [NotePromise(by=by, number=n, words=said.words, due=said.due) for n in _about(scene, commands)]


def _words(scene: Scene, commands: Sequence[Command]) -> str:
    """What was said without the words that are for the bot."""
    note = next((c.note for c in commands if isinstance(c, ReportProgress)), "")
    return note or _FOR_BOT.sub("", scene.message.text)


def _about(scene: Scene, commands: Sequence[Command]) -> list[int]:
    """The tickets that the message is about: those it joined, else those it quotes or names."""
    joined = [c.number for c in commands if isinstance(c, ExtendTicket | ReportProgress | AcceptTicket)]
    return joined or sorted(scene.quoted) or codes_in(scene.message.text)
