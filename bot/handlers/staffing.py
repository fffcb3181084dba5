"""Roles, given and taken at the desk: by whoever may appoint, within their own scope."""

from bot.domain.commands import GiveRole, WithdrawRole
from bot.domain.errors import InvalidTransition, NotPermitted
from bot.domain.members import Grant, Member, Role, may_appoint
from bot.handlers.context import Context


async def give_role(command: GiveRole, context: Context) -> None:
    """Give the role, in place of another one if that is changed. Raises `NotPermitted`, `InvalidTransition`."""
    members = context.work.members
    _check(command.by.member, command.grant)
    if command.instead_of is not None and command.instead_of != command.grant:
        await _take(command.by.member, await members.get(command.who), command.instead_of, context)
    await members.grant(command.who, command.name, command.grant)


async def withdraw_role(command: WithdrawRole, context: Context) -> None:
    """Take the role away. Raises `NotPermitted`, and `InvalidTransition` when it is gone already."""
    await _take(command.by.member, await context.work.members.get(command.who), command.grant, context)


async def _take(by: Member, member: Member, grant: Grant, context: Context) -> None:
    _check(by, grant)
    if grant not in member.grants:
        raise InvalidTransition("这个角色已经被别人改过或者撤掉了")
    if by.identity == member.identity and grant.role is Role.ADMIN:
        raise NotPermitted("不能撤自己的管理员，请另一位管理员来撤")
    await context.work.members.revoke(member.identity, grant)


def _check(by: Member, grant: Grant) -> None:
    if not may_appoint(by, grant):
        raise NotPermitted(f"{grant.role.label}（{grant.estate or '所有小区'}{grant.building}）不归您任命")
