"""What is typed about people, as values: a role and where it holds, an account, how long a code works."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.console.forms import FormError
from bot.domain.channels import PLATFORMS
from bot.domain.members import APPOINTS, Grant, Member, Role, may_appoint
from bot.domain.messages import Identity
from bot.domain.places import Place, place_key
from bot.domain.text import visible

#: How long a code may work, by hours.
LASTS = {"24": "一天", "72": "三天"}
#: Platforms that people with a role come from.
WHENCE = {code: PLATFORMS[code] for code in ("onebot", "wechaty")}
_LONGEST = 20
_ACCOUNT = re.compile(r"[\w@.-]{1,64}", re.ASCII)

Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """An account, and what people call its owner."""

    identity: Identity
    name: str


def roles_for(visitor: Member) -> list[Role]:
    """The roles that *visitor* may give at all."""
    mine = {role for grant in visitor.grants for role in APPOINTS.get(grant.role, ())}
    return [role for role in Role if role in mine]


def read_grant(typed: Typed, visitor: Member, places: Iterable[Place]) -> Grant:
    """The role that was typed. Raises `FormError`."""
    errors = {}
    estate, building = short(typed, "estate"), short(typed, "building")
    role = next((r for r in roles_for(visitor) if r.value == typed.get("role")), None)
    if role is None:
        errors["role"] = "请选一个角色"
    if role in (Role.LEADER, Role.PROPERTY) and not estate:
        errors["estate"] = "请写是哪个小区"
    if role is Role.LEADER and not building:
        errors["building"] = "请写是哪栋楼，例如 3号楼"
    if len(estate) > _LONGEST or len(building) > _LONGEST:
        errors["estate" if len(estate) > _LONGEST else "building"] = f"太长了，最多{_LONGEST}个字"
    if role is None or errors:
        raise FormError(errors)
    place = spelled(Place(estate=estate, building=building), places)
    grant = Grant(role=role, estate=place.estate, building=place.building)
    if not may_appoint(visitor, grant):
        where = "请写小区：您不能任命所有小区的" if not estate else f"{estate}{building}不在您的范围里"
        raise FormError({"estate": where})
    return grant


def spelled(place: Place, known: Iterable[Place]) -> Place:
    """*place* as it is spelled already, where it is known: 三号楼 and 3号楼 are one building."""
    same = [p for p in known if place_key(p.estate) == place_key(place.estate)]
    estate = next((p.estate for p in same), place.estate)
    key = place_key(place.building)
    building = next((p.building for p in same if p.building and place_key(p.building) == key), place.building)
    return Place(estate=estate, building=building)


def read_person(typed: Typed) -> Person:
    """Whom the role is for. Raises `FormError`."""
    errors = {}
    account, name = short(typed, "account"), short(typed, "name")
    if typed.get("platform") not in WHENCE:
        errors["platform"] = "请选 QQ 或微信"
    if not _ACCOUNT.fullmatch(account):
        errors["account"] = "号码只有字母、数字和 @ . _ -"
    if not name or len(name) > _LONGEST:
        errors["name"] = f"请写怎么称呼，最多{_LONGEST}个字"
    if errors:
        raise FormError(errors)
    return Person(Identity(platform=str(typed["platform"]), user_id=account), name)


def read_lasts(typed: Typed) -> timedelta:
    """How long the code works. Raises `FormError`."""
    if typed.get("lasts") not in LASTS:
        raise FormError({"lasts": "请选多久有效"})
    return timedelta(hours=int(typed["lasts"]))


def short(typed: Typed, name: str) -> str:
    """What was typed in the field *name*."""
    return visible(typed.get(name, "")).strip()


def named(grant: Grant) -> str:
    """*grant* as a form carries it."""
    return f"{grant.role.value}/{grant.estate}/{grant.building}"


def grant_named(text: str, member: Member) -> Grant | None:
    """The one of the member's roles that a form means."""
    return next((g for g in member.grants if named(g) == text), None)


def covered(identity: Identity) -> str:
    """An account with its middle left out: whose it is can be told by who knows it already."""
    text = identity.user_id
    return text if identity.platform not in WHENCE else f"{text[:2]}***{text[-2:]}" if len(text) > 5 else "***"
