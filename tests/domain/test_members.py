"""Who may do what."""

import pytest

from bot.domain.members import Action, Grant, Member, Relation, Role, may
from bot.domain.places import Place
from tests.cast import ESTATE, identity

#: Action → the roles and relations that may, and nobody else: a copy of the law.
WHO = {
    "confirm": "leader worker admin",
    "reject": "leader worker admin",
    "reclassify": "leader worker admin",
    "merge": "leader worker admin",
    "split": "leader worker admin",
    "assign": "leader worker admin",
    "accept": "property worker admin",
    "progress": "property worker admin",
    "resolve": "property worker admin",
    "support": "anyone",
    "look_up": "anyone",
    "urge": "anyone",
    "withdraw": "reporter",
    "reopen": "reporter supporter worker admin",
    "rate": "reporter supporter",
    "decline": "property worker admin",
    "contest": "reporter supporter leader property",
    "uphold": "worker admin",
    "measure": "leader property worker admin",
    "send_up": "worker admin",
    "promise": "property worker admin",
    "pause": "property worker admin",
    "resume": "property worker admin",
    "mediate": "reporter supporter",
    "call_back": "worker admin",
    "tell": "worker admin",
}
HERE = Place(estate=ESTATE, building="3号楼")


def _member(*grants: Grant) -> Member:
    return Member(identity=identity("李楼长"), grants=grants)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("relation", [None, Relation.REPORTER, Relation.SUPPORTER])
def test_who_may_do_what(action: Action, role: Role, relation: Relation | None) -> None:
    """An action is open to the roles and relations of the table, to each of them alone, and to nobody else."""
    allowed = set(WHO[action.value].split())
    relations = frozenset({relation}) if relation else frozenset()
    expected = bool(allowed & {"anyone", role.value, *relations})
    assert may(_member(Grant(role=role, estate=ESTATE)), action, HERE, relations) is expected


@pytest.mark.parametrize("action", Action)
def test_a_stranger_may_only_what_anyone_may(action: Action) -> None:
    """Without a role and without a part in the ticket, one may support, look up and urge."""
    assert may(_member(), action, HERE, frozenset()) is (WHO[action.value] == "anyone")


@pytest.mark.parametrize(
    ("grant", "place", "covers"),
    [
        (Grant(role=Role.LEADER), Place(estate="别处", building="9号楼"), True),
        (Grant(role=Role.LEADER, estate=ESTATE), Place(estate=ESTATE, building="9号楼"), True),
        (Grant(role=Role.LEADER, estate=ESTATE), Place(estate="别处"), False),
        (Grant(role=Role.LEADER, estate=ESTATE), Place(building="9号楼"), True),
        (Grant(role=Role.LEADER, estate=ESTATE, building="3号楼"), Place(estate=ESTATE, building="三幢"), True),
        (Grant(role=Role.LEADER, estate=ESTATE, building="3号楼"), Place(estate=ESTATE, building="5号楼"), False),
        (Grant(role=Role.LEADER, estate=ESTATE, building="3号楼"), Place(estate=ESTATE, spot="东门"), True),
        (Grant(role=Role.LEADER, building="3号楼"), Place(estate="别处", building="3号楼"), True),
    ],
)
def test_a_role_reaches_as_far_as_its_scope(grant: Grant, place: Place, covers: bool) -> None:
    """An empty part of a scope means all; a matter of the whole estate concerns each of its leaders."""
    assert grant.covers(place) is covers
    assert may(_member(grant), Action.CONFIRM, place, frozenset()) is covers


def test_a_role_held_anywhere_is_held() -> None:
    """`has_role` asks for the role, not for the place."""
    leader = _member(Grant(role=Role.LEADER, building="3号楼"))
    assert leader.has_role(Role.LEADER, Role.WORKER)
    assert not leader.has_role(Role.WORKER)
