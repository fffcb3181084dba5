"""The cast of the simulated group, and where it lives: data that the app also seeds the members from."""

from dataclasses import dataclass

from bot.domain.members import Grant, Role
from bot.domain.messages import ConversationKind, ConversationRef, Identity, Sender

PLATFORM = "web"
ESTATE = "阳光花园"
BUILDING = "3号楼"
GROUP_NAME = "阳光花园3号楼业主群"
BOT_NAME = "楼事通"
GROUP = ConversationRef(platform=PLATFORM, kind=ConversationKind.GROUP, id="demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the cast."""

    id: str
    #: The group card, as everybody in the group sees it.
    name: str
    #: What they are, on the badge beside the name.
    badge: str = ""
    grants: tuple[Grant, ...] = ()

    @property
    def identity(self) -> Identity:
        """Who they are to the program."""
        return Identity(platform=PLATFORM, user_id=self.id)

    @property
    def sender(self) -> Sender:
        """Who they are as the sender of a message."""
        return Sender(identity=self.identity, name=self.name)

    @property
    def private(self) -> ConversationRef:
        """Their private chat with the bot."""
        return ConversationRef(platform=PLATFORM, kind=ConversationKind.PRIVATE, id=self.id)

    @property
    def role(self) -> Role:
        """The role they play."""
        return self.grants[0].role if self.grants else Role.RESIDENT


CAST = (
    Person(id="wang", name="王阿姨 3-2-501"),
    Person(id="zhao", name="赵先生 3-2-302"),
    Person(id="lin", name="小林 3-1-1201"),
    Person(id="li", name="李楼长", badge="楼长", grants=(Grant(role=Role.LEADER, estate=ESTATE, building=BUILDING),)),
    Person(id="zhou", name="物业小周", badge="物业", grants=(Grant(role=Role.PROPERTY, estate=ESTATE),)),
    Person(id="chen", name="社区小陈", badge="社区", grants=(Grant(role=Role.WORKER, estate=ESTATE),)),
)

#: In the group too, but only the script lets them speak.
EXTRAS = (Person(id="sun", name="孙姐 3-1-802"),)

PEOPLE = {person.id: person for person in (*CAST, *EXTRAS)}
