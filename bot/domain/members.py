"""People and what they may do. `PERMISSIONS` is the one table of who may do what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.messages import Identity
from bot.domain.places import Place, same_place
from bot.domain.taxonomy import Named


class Role(Named):
    """What somebody is in an estate."""

    RESIDENT = "resident", "居民"
    LEADER = "leader", "楼长"
    PROPERTY = "property", "物业"
    WORKER = "worker", "社区工作者"
    ADMIN = "admin", "管理员"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role within a scope. An empty estate or building means all of them."""

    role: Role
    estate: str = ""
    building: str = ""

    def covers(self, place: Place) -> bool:
        """Does the scope reach *place*? A matter of the whole estate concerns each of its leaders."""
        if self.estate and place.estate and not same_place(self.estate, place.estate):
            return False
        return not self.building or not place.building or same_place(self.building, place.building)

    def reaches(self, place: Place) -> bool:
        """Is *place* surely within the scope? Unlike with `covers`, what is known of no estate is in none."""
        if self.estate and not same_place(self.estate, place.estate):
            return False
        return not self.building or not place.building or same_place(self.building, place.building)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One platform identity and the roles bound to it."""

    identity: Identity
    name: str = ""
    grants: tuple[Grant, ...] = ()
    #: Since then nothing that they say in passing is taken down, for they asked so; None: they did not.
    opted_out_at: datetime | None = None

    def has_role(self, *roles: Role) -> bool:
        """Does the member hold one of *roles* anywhere?"""
        return any(g.role in roles for g in self.grants)


class Relation(StrEnum):
    """What a person is to one ticket, besides any role."""

    REPORTER = "reporter"
    SUPPORTER = "supporter"
    ANYONE = "anyone"


class Action(Named):
    """Something that a person can do to a ticket, and its name in a polite refusal."""

    CONFIRM = "confirm", "确认工单"
    REJECT = "reject", "判定误报"
    RECLASSIFY = "reclassify", "修改分类"
    MERGE = "merge", "合并工单"
    SPLIT = "split", "拆分工单"
    ASSIGN = "assign", "派单"
    ACCEPT = "accept", "接单"
    PROGRESS = "progress", "登记进展"
    RESOLVE = "resolve", "办结"
    SUPPORT = "support", "附议"
    LOOK_UP = "look_up", "查询"
    URGE = "urge", "催办"
    WITHDRAW = "withdraw", "撤回"
    REOPEN = "reopen", "重新打开"
    RATE = "rate", "评价"
    DECLINE = "decline", "退回"
    CONTEST = "contest", "对层级提出异议"
    UPHOLD = "uphold", "维持层级"
    MEASURE = "measure", "登记措施"
    SEND_UP = "send_up", "上报"
    PROMISE = "promise", "登记承诺"
    PAUSE = "pause", "暂停计时"
    RESUME = "resume", "恢复计时"
    MEDIATE = "mediate", "请求调解"
    CALL_BACK = "call_back", "回访"
    TELL = "tell", "标记已告知"


_STEWARDS = frozenset({Role.LEADER, Role.WORKER, Role.ADMIN})
_HANDLERS = frozenset({Role.PROPERTY, Role.WORKER, Role.ADMIN})
_COMMUNITY = frozenset({Role.WORKER, Role.ADMIN})

#: Who may do what: by role (within the role's scope), or by what they are to the ticket.
PERMISSIONS: dict[Action, frozenset[Role | Relation]] = {
    Action.CONFIRM: _STEWARDS,
    Action.REJECT: _STEWARDS,
    Action.RECLASSIFY: _STEWARDS,
    Action.MERGE: _STEWARDS,
    Action.SPLIT: _STEWARDS,
    Action.ASSIGN: _STEWARDS,
    Action.ACCEPT: _HANDLERS,
    Action.PROGRESS: _HANDLERS,
    Action.RESOLVE: _HANDLERS,
    Action.SUPPORT: frozenset({Relation.ANYONE}),
    Action.LOOK_UP: frozenset({Relation.ANYONE}),
    Action.URGE: frozenset({Relation.ANYONE}),
    Action.WITHDRAW: frozenset({Relation.REPORTER}),
    Action.REOPEN: frozenset({Relation.REPORTER, Relation.SUPPORTER, Role.WORKER, Role.ADMIN}),
    Action.RATE: frozenset({Relation.REPORTER, Relation.SUPPORTER}),
    Action.DECLINE: _HANDLERS,
    Action.CONTEST: frozenset({Relation.REPORTER, Relation.SUPPORTER, Role.LEADER, Role.PROPERTY}),
    Action.UPHOLD: _COMMUNITY,
    Action.MEASURE: _HANDLERS | _STEWARDS,
    Action.SEND_UP: _COMMUNITY,
    Action.PROMISE: _HANDLERS,
    Action.PAUSE: _HANDLERS,
    Action.RESUME: _HANDLERS,
    Action.MEDIATE: frozenset({Relation.REPORTER, Relation.SUPPORTER}),
    Action.CALL_BACK: _COMMUNITY,
    Action.TELL: _COMMUNITY,
}


#: Who may give and take which roles, within their own scope.
APPOINTS: dict[Role, frozenset[Role]] = {
    Role.WORKER: frozenset({Role.LEADER, Role.PROPERTY}),
    Role.ADMIN: frozenset(Role) - {Role.RESIDENT},
}


def may_appoint(member: Member, grant: Grant) -> bool:
    """May *member* give or take *grant*? It must lie wholly within a scope of theirs."""
    return any(grant.role in APPOINTS.get(g.role, ()) and _holds(g, grant) for g in member.grants)


def _holds(outer: Grant, inner: Grant) -> bool:
    """Is the scope of *inner* part of that of *outer*?"""
    if outer.estate and not (inner.estate and same_place(outer.estate, inner.estate)):
        return False
    return not outer.building or (bool(inner.building) and same_place(outer.building, inner.building))


def may(member: Member, action: Action, place: Place, relations: frozenset[Relation]) -> bool:
    """May *member*, who is *relations* to a ticket at *place*, do *action*?"""
    allowed = PERMISSIONS[action]
    if Relation.ANYONE in allowed or allowed & relations:
        return True
    return any(g.role in allowed and g.covers(place) for g in member.grants)
