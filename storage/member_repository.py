"""People and their roles in an SQL database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update

from bot.domain.logins import Look
from bot.domain.members import Grant, Member, Role
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.domain.records import Invitation
from storage.rows import Stored, person_of, portions
from storage.tables import INVITATION, LOOK, MEMBER, MEMBER_GRANT, WRONG_CODE
from storage.transaction import Transaction


class MemberRepository:
    """`ports.Members` within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        """Work within *transaction*."""
        self._transaction = transaction
        self._at_hand: dict[Identity, Member] = {}
        #: Everybody with a role, by platform.
        self._in_role: dict[str, list[Member]] = {}

    def let_go(self) -> None:
        """Trust nothing read so far."""
        self._at_hand.clear()
        self._in_role.clear()

    async def look_ahead(self, identities: Collection[Identity]) -> None:
        """Have the members that *identities* are at hand."""
        for some in portions(identities):
            keys = [identity.key for identity in some]
            query = select(MEMBER.c.key, MEMBER.c.name, MEMBER.c.opted_out_at).where(MEMBER.c.key.in_(keys))
            known = {row.key: row for row in await self._run(query)}
            granted = {m.identity: m.grants for m in await self._members(_granted().where(MEMBER.c.key.in_(keys)))}
            for who in some:
                row = known.get(who.key)
                name, out = (row.name, row.opted_out_at) if row else ("", None)
                self._at_hand[who] = Member(identity=who, name=name, grants=granted.get(who, ()), opted_out_at=out)

    async def get(self, identity: Identity) -> Member:
        """The member; somebody unknown is a member without roles."""
        if identity in self._at_hand:
            return self._at_hand[identity]
        query = select(MEMBER.c.name, MEMBER.c.opted_out_at).where(MEMBER.c.key == identity.key)
        known = (await self._run(query)).first()
        grants = tuple(_grant(g) for g in await self._run(_granted().where(MEMBER.c.key == identity.key)))
        if known is None:
            return Member(identity=identity, grants=grants)
        return Member(identity=identity, name=known.name, grants=grants, opted_out_at=known.opted_out_at)

    async def grant(self, identity: Identity, name: str, grant: Grant) -> None:
        """Give a role; twice the same is once. An empty *name* leaves the one that is known."""
        self.let_go()
        if not await self._transaction.insert_new(MEMBER, _member_columns(identity, name)) and name:
            await self._run(update(MEMBER).where(MEMBER.c.key == identity.key).values(name=name))
        await self._transaction.insert_new(MEMBER_GRANT, _grant_columns(identity, grant))

    async def revoke(self, identity: Identity, grant: Grant) -> None:
        """Take a role back."""
        self.let_go()
        columns = _grant_columns(identity, grant).items()
        await self._run(delete(MEMBER_GRANT).where(*(MEMBER_GRANT.c[name] == value for name, value in columns)))

    async def in_role_at(self, platform: str, place: Place) -> list[Member]:
        """Members of *platform* with a role whose scope covers *place*."""
        if platform not in self._in_role:
            self._in_role[platform] = await self._members(_granted().where(MEMBER.c.platform == platform))
        members = self._in_role[platform]
        return [member for member in members if any(grant.covers(place) for grant in member.grants)]

    async def listed(self) -> list[Member]:
        """Everybody with a role, by key."""
        return await self._members(_granted())

    async def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        await self._run(INVITATION.insert().values(_invitation_columns(invitation)))

    async def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation with that hash."""
        row = (await self._run(select(INVITATION).where(INVITATION.c.code_hash == code_hash))).first()
        return _invitation(row) if row else None

    async def use_invitation(self, code_hash: str, by: Identity, at: datetime) -> bool:
        """Mark it as used; False if somebody was faster."""
        unused = (INVITATION.c.code_hash == code_hash, INVITATION.c.used_at.is_(None))
        used = {"used_by_platform": by.platform, "used_by_id": by.user_id, "used_at": at}
        return bool((await self._run(update(INVITATION).where(*unused).values(used))).rowcount == 1)

    async def note_wrong_code(self, identity: Identity, at: datetime) -> None:
        """Count a wrong try."""
        await self._run(WRONG_CODE.insert().values(person_key=identity.key, at=at))

    async def wrong_codes_since(self, identity: Identity, since: datetime) -> int:
        """How many wrong tries since then."""
        tries = (WRONG_CODE.c.person_key == identity.key, WRONG_CODE.c.at >= since)
        return int((await self._run(select(func.count()).select_from(WRONG_CODE).where(*tries))).scalar_one())

    async def open_invitations(self, now: datetime) -> list[Invitation]:
        """Those that can still be used, the one that ends first first."""
        usable = (INVITATION.c.used_at.is_(None), INVITATION.c.expires_at > now)
        query = select(INVITATION).where(*usable).order_by(INVITATION.c.expires_at, INVITATION.c.code_hash)
        return [_invitation(row) for row in await self._run(query)]

    async def withdraw_invitation(self, code_hash: str) -> None:
        """Make one useless; none there is fine."""
        unused = (INVITATION.c.code_hash == code_hash, INVITATION.c.used_at.is_(None))
        await self._run(delete(INVITATION).where(*unused))

    async def opt(self, identity: Identity, out_at: datetime | None) -> None:
        """Somebody wants nothing taken down from then on, or (None) no longer minds."""
        self.let_go()
        await self._transaction.insert_new(MEMBER, _member_columns(identity, ""))
        await self._run(update(MEMBER).where(MEMBER.c.key == identity.key).values(opted_out_at=out_at))

    async def opted_out(self) -> int:
        """How many people want nothing taken down."""
        query = select(func.count()).select_from(MEMBER).where(MEMBER.c.opted_out_at.is_not(None))
        return int((await self._run(query)).scalar_one())

    async def note_look(self, look: Look) -> None:
        """Keep that somebody looked at a member's number."""
        of = {"of_platform": look.of.platform, "of_id": look.of.user_id}
        who = {"platform": look.who.platform, "user_id": look.who.user_id}
        await self._run(LOOK.insert().values(**of, **who, at=look.at, reason=look.reason))

    async def looks(self) -> list[Look]:
        """Who looked at whose number, oldest first."""
        return [_look(row) for row in await self._run(select(LOOK).order_by(LOOK.c.at, LOOK.c.id))]

    async def _run(self, statement: Any) -> Any:
        return await self._transaction.run(statement, flush=False)

    async def _members(self, query: Select[Any]) -> list[Member]:
        """The members whose grants *query* finds, by key."""
        rows: dict[Identity, Stored] = {}
        grants: dict[Identity, list[Grant]] = {}
        for row in await self._run(query):
            identity = Identity(platform=row.platform, user_id=row.user_id)
            rows[identity] = row
            grants.setdefault(identity, []).append(_grant(row))
        ordered = sorted(rows, key=lambda who: who.key)  # a database would sort by its locale
        return [
            Member(identity=who, name=rows[who].name, grants=tuple(grants[who]), opted_out_at=rows[who].opted_out_at)
            for who in ordered
        ]


def _granted() -> Select[Any]:
    """Every grant with its member, in the order in which they were given."""
    g = MEMBER_GRANT.c
    who = (MEMBER.c.platform, MEMBER.c.user_id, MEMBER.c.name, MEMBER.c.opted_out_at)
    query = select(*who, g.role, g.estate, g.building).select_from(MEMBER.join(MEMBER_GRANT))
    return query.order_by(g.id)


def _grant(row: Stored) -> Grant:
    return Grant(role=Role(row.role), estate=row.estate, building=row.building)


def _member_columns(identity: Identity, name: str) -> dict[str, Any]:
    who = {"key": identity.key, "platform": identity.platform, "user_id": identity.user_id}
    return {**who, "name": name, "opted_out_at": None}


def _look(row: Stored) -> Look:
    of = Identity(platform=row.of_platform, user_id=row.of_id)
    who = Identity(platform=row.platform, user_id=row.user_id)
    return Look(id=row.id, of=of, who=who, at=row.at, reason=row.reason)


def _grant_columns(identity: Identity, grant: Grant) -> dict[str, Any]:
    return {
        "member_key": identity.key,
        "role": grant.role.value,
        "estate": grant.estate,
        "building": grant.building,
    }


def _invitation(row: Stored) -> Invitation:
    """The invitation of *row*."""
    return Invitation(
        code_hash=row.code_hash,
        role=Role(row.role),
        estate=row.estate,
        building=row.building,
        expires_at=row.expires_at,
        used_by=person_of(row.used_by_platform, row.used_by_id),
        used_at=row.used_at,
    )


def _invitation_columns(invitation: Invitation) -> dict[str, Any]:
    """The row of *invitation*."""
    return {
        "code_hash": invitation.code_hash,
        "role": invitation.role.value,
        "estate": invitation.estate,
        "building": invitation.building,
        "expires_at": invitation.expires_at,
        "used_by_platform": invitation.used_by.platform if invitation.used_by else None,
        "used_by_id": invitation.used_by.user_id if invitation.used_by else None,
        "used_at": invitation.used_at,
    }
