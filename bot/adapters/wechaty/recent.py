"""Which message a quote means: WeChat quotes carry words and no id, so the words lead back to the message."""

import secrets
from collections import OrderedDict
from hashlib import blake2b

from bot.adapters.wechaty.words import same

#: Messages of one conversation, and conversations, that are remembered.
MESSAGES = 300
CONVERSATIONS = 500
#: Shorter ones are said by everybody: 好的, 谢谢, +1.
_TELLING = 4


class Recent:
    """Recent messages by what they say. Only keyed hashes of the words are kept, in memory."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._conversations: OrderedDict[str, OrderedDict[bytes, str]] = OrderedDict()

    def add(self, conversation: str, text: str, message_id: str) -> None:
        """Remember that *message_id* says *text*."""
        if len(same(text)) < _TELLING or not message_id:
            return
        messages = self._conversations.setdefault(conversation, OrderedDict())
        self._conversations.move_to_end(conversation)
        messages[self._hash(text)] = message_id
        messages.move_to_end(self._hash(text))
        if len(messages) > MESSAGES:
            messages.popitem(last=False)
        if len(self._conversations) > CONVERSATIONS:
            self._conversations.popitem(last=False)

    def find(self, conversation: str, text: str) -> str:
        """The id of the newest message that says *text*; "" if none is remembered."""
        messages = self._conversations.get(conversation)
        return messages.get(self._hash(text), "") if messages else ""

    def forget(self, conversation: str, message_id: str) -> None:
        """Forget a message that was taken back."""
        messages = self._conversations.get(conversation, OrderedDict())
        for key in [key for key, id_ in messages.items() if id_ == message_id]:
            del messages[key]

    def _hash(self, text: str) -> bytes:
        return blake2b(same(text).encode("utf-8", "replace"), key=self._key, digest_size=16).digest()
