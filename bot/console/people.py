"""What the pages of people have in common: who may come, what is stored that they may see, what forms offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console import people_forms as forms
from bot.console.parts import Console, Visitor, console_of, visitor_of
from bot.domain.channels import PLATFORMS
from bot.domain.commands import Actor
from bot.domain.groups import Cover, coverage
from bot.domain.logins import Look
from bot.domain.members import Member
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.domain.records import Invitation
from bot.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everything of people that a visitor may see."""

    members: Sequence[Member]
    covers: Sequence[Cover]
    invitations: Sequence[Invitation]
    looks: Sequence[Look]
    names: Mapping[Identity, str]
    places: Sequence[Place]
    opted_out: int

    def find(self, identity: Identity) -> Member:
        """The member. Raises 404, also for one who is out of scope."""
        for member in self.members:
            if member.identity == identity:
                return member
        raise web.HTTPNotFound


def guarded(request: web.Request) -> tuple[Console, Visitor]:
    """Console and visitor. Raises 404 for who is not of the community."""
    visitor = visitor_of(request)
    if not visitor.scope.of_community:
        raise web.HTTPNotFound
    return console_of(request), visitor


async def collected(console: Console, visitor: Visitor, work: UnitOfWork) -> People:
    """What the visitor may see of people, roles, buildings and codes."""
    everybody, scope = await work.members.listed(), visitor.scope
    groups = await work.conversations.listed()
    named = [Place(estate=estate) for estate in console.estates]
    places = [*named, *(c.place for c in groups if c.enabled), *await work.tickets.buildings()]
    mine = [p for p in places if scope.serves(p)]
    members = scope.members(everybody)
    seen = {m.identity for m in members}
    open_codes = await work.members.open_invitations(console.now())
    return People(
        members=members,
        covers=coverage(mine, members),
        invitations=[i for i in open_codes if scope.serves(Place(estate=i.estate, building=i.building))],
        looks=[look for look in await work.members.looks() if look.of in seen],
        names={m.identity: m.name or m.identity.user_id for m in everybody},
        places=mine,
        opted_out=await work.members.opted_out(),
    )


def choices(visitor: Visitor) -> dict[str, Any]:
    """What the forms offer, and how people are shown."""
    return {
        "roles": forms.roles_for(visitor.member),
        "platforms": PLATFORMS,
        "whence": forms.WHENCE,
        "lasts": forms.LASTS,
        "covered": forms.covered,
        "named": forms.named,
    }


async def typed_in(request: web.Request) -> dict[str, str]:
    """What was typed in the form."""
    return {k: v for k, v in (await request.post()).items() if isinstance(v, str)}


def actor(visitor: Visitor, console: Console) -> Actor:
    """The visitor, giving a command now."""
    return Actor(member=visitor.member, at=console.now())
