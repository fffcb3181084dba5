"""People, codes and conversations, in memory."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.errors import BotError
from bot.domain.groups import NoticeGiven
from bot.domain.logins import Look
from bot.domain.members import Grant, Member
from bot.domain.messages import Identity
from bot.domain.places import Place
from bot.domain.records import Conversation, Invitation
from storage.memory.shelf import Shelf

#: When each wrong code came; by person.
Tries = tuple[datetime, ...]


class MemoryMembers:
    """`ports.Members` on shelves."""

    def __init__(
        self,
        members: Shelf[str, Member],
        invitations: Shelf[str, Invitation],
        tries: Shelf[str, Tries],
        looks: Shelf[int, Look],
    ) -> None:
        """Keep members, invitations, wrong tries and looks on a shelf each."""
        self._members = members
        self._invitations = invitations
        self._tries = tries
        self._looks = looks

    async def look_ahead(self, identities: Collection[Identity]) -> None:
        """Everything is at hand."""

    async def get(self, identity: Identity) -> Member:
        """The member; somebody unknown is a member without roles."""
        return self._members.get(identity.key) or Member(identity=identity)

    async def grant(self, identity: Identity, name: str, grant: Grant) -> None:
        """Give a role; twice the same is once. An empty *name* leaves the one that is known."""
        member = await self.get(identity)
        grants = member.grants if grant in member.grants else (*member.grants, grant)
        self._members.put(identity.key, replace(member, name=name or member.name, grants=grants))

    async def revoke(self, identity: Identity, grant: Grant) -> None:
        """Take a role back."""
        member = await self.get(identity)
        if grant in member.grants:
            left = tuple(g for g in member.grants if g != grant)
            self._members.put(identity.key, replace(member, grants=left))

    async def in_role_at(self, platform: str, place: Place) -> list[Member]:
        """Members of *platform* with a role whose scope covers *place*."""
        here = [m for m in await self.listed() if m.identity.platform == platform]
        return [m for m in here if any(grant.covers(place) for grant in m.grants)]

    async def listed(self) -> list[Member]:
        """Everybody with a role, by key."""
        return [m for m in self._members.all() if m.grants]

    async def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        if self._invitations.get(invitation.code_hash):
            raise BotError("这条记录与已有的记录冲突，没有保存")
        self._invitations.put(invitation.code_hash, invitation)

    async def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation with that hash."""
        return self._invitations.get(code_hash)

    async def use_invitation(self, code_hash: str, by: Identity, at: datetime) -> bool:
        """Mark it as used; False if somebody was faster."""
        invitation = self._invitations.get(code_hash)
        if invitation is None or invitation.used_at is not None:
            return False
        self._invitations.put(code_hash, replace(invitation, used_by=by, used_at=at))
        return True

    async def note_wrong_code(self, identity: Identity, at: datetime) -> None:
        """Count a wrong try."""
        self._tries.put(identity.key, (*(self._tries.get(identity.key) or ()), at))

    async def wrong_codes_since(self, identity: Identity, since: datetime) -> int:
        """How many wrong tries since then."""
        return sum(at >= since for at in self._tries.get(identity.key) or ())

    async def open_invitations(self, now: datetime) -> list[Invitation]:
        """Those that can still be used, the one that ends first first."""
        usable = [i for i in self._invitations.all() if i.used_at is None and i.expires_at > now]
        return sorted(usable, key=lambda i: (i.expires_at, i.code_hash))

    async def withdraw_invitation(self, code_hash: str) -> None:
        """Make one useless; none there is fine."""
        invitation = self._invitations.get(code_hash)
        if invitation is not None and invitation.used_at is None:
            self._invitations.drop(code_hash)

    async def opt(self, identity: Identity, out_at: datetime | None) -> None:
        """Somebody wants nothing taken down from then on, or (None) no longer minds."""
        self._members.put(identity.key, replace(await self.get(identity), opted_out_at=out_at))

    async def opted_out(self) -> int:
        """How many people want nothing taken down."""
        return sum(m.opted_out_at is not None for m in self._members.all())

    async def note_look(self, look: Look) -> None:
        """Keep that somebody looked at a member's number."""
        stored = replace(look, id=self._looks.new_id())
        self._looks.put(stored.id, stored)

    async def looks(self) -> list[Look]:
        """Who looked at whose number, oldest first."""
        return sorted(self._looks.all(), key=lambda look: (look.at, look.id))


class MemoryConversations:
    """`ports.Conversations` on a shelf."""

    def __init__(self, shelf: Shelf[str, Conversation], notices: Shelf[str, NoticeGiven]) -> None:
        """Keep them, and what they were told, on a shelf each."""
        self._shelf = shelf
        self._notices = notices

    async def look_ahead(self, keys: Collection[str]) -> None:
        """Everything is at hand."""

    async def get(self, key: str) -> Conversation | None:
        """The conversation, if it is known."""
        return self._shelf.get(key)

    async def save(self, conversation: Conversation) -> None:
        """Store a new or changed conversation."""
        self._shelf.put(conversation.ref.key, conversation)

    async def listed(self) -> list[Conversation]:
        """All of them, by key."""
        return self._shelf.all()

    async def move_watermarks(self, marks: Mapping[str, tuple[datetime, str]]) -> None:
        """Note up to which message, by time and id, each conversation was worked through; unknown ones stay so."""
        for key, (at, message_id) in marks.items():
            if (known := self._shelf.get(key)) is not None:
                self._shelf.put(key, replace(known, watermark_at=at, watermark_id=message_id))

    async def note_notice(self, given: NoticeGiven) -> None:
        """Keep that a group was told; the same version twice is once."""
        key = f"{given.conversation_key} {given.version}"
        if self._notices.get(key) is None:
            self._notices.put(key, given)

    async def notices(self) -> list[NoticeGiven]:
        """What every group was told, oldest first."""
        return sorted(self._notices.all(), key=lambda n: (n.at, n.conversation_key))
