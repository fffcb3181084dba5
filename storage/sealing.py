"""What gives a person away is sealed before it is stored: with a key that the database does not hold.

A sealed text is `~g<key id>~…` (AES-GCM, different every time) or `~s<key id>~…` (AES-SIV, the same for the same text,
so that it can be looked up). What it is sealed as, its *label*, goes in with it: in another column it does not open.
"""

import base64
import hmac
import os
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect

from bot.domain.errors import BotError

_FORM = re.compile(r"~([gs])([0-9a-f]{8})~([A-Za-z0-9_-]+)\Z")
_NONCE = 12
#: Before the key id in a sealed file; no picture begins so.
_MAGIC = b"loushi-sealed "
#: So many texts that were opened or sealed lately are remembered: standing tickets are read again and again.
_REMEMBERED = 16_384
_SHORT = 400
#: A token of the blind index: so much of it tells its first character, so much the pair.
_FIRST, _PAIR = 4, 6
#: Where an engine's dialect, which every column type is shown, holds the seal.
_SEAL = "loushi_seal"


class _Ciphers:
    """What is made of one key: one key for each use."""

    def __init__(self, key: bytes) -> None:
        self.once = AESGCM(_derived(key, b"once", 32))
        self.same = AESSIV(_derived(key, b"same", 64))
        self.file = AESGCM(_derived(key, b"file", 32))
        self.index = _derived(key, b"index", 32)


class Seal:
    """Seals with one key, opens what any of the keys sealed."""

    def __init__(self, keys: Mapping[str, bytes], current: str, *, strict: bool = True) -> None:
        """Seal with the key *current* of *keys*. When not *strict*, what only looks sealed is taken for plain text."""
        self.current = current
        self._strict = strict
        self._ciphers = {name: _Ciphers(key) for name, key in keys.items()}
        self._now = self._ciphers[current]
        self._open: Callable[[str, str], str] = lru_cache(_REMEMBERED)(self._opened)
        #: The same for the same text.
        self.same: Callable[[str, str], str] = lru_cache(_REMEMBERED)(self._same)
        #: A pair of characters as the index of names holds it.
        self.token: Callable[[str], str] = lru_cache(_REMEMBERED)(self._token)
        #: How the token of every pair with that first character begins.
        self.beginning: Callable[[str], str] = lru_cache(_REMEMBERED)(self._beginning)

    def once(self, label: str, text: str) -> str:
        """*text*, sealed as *label*; never twice the same."""
        nonce = os.urandom(_NONCE)
        return self._named("g", nonce + self._now.once.encrypt(nonce, _bytes(text), label.encode()))

    def open(self, label: str, text: str) -> str:
        """What was sealed as *label*; what never was comes back as it is. Raises `BotError`: not to be opened."""
        if not text.startswith("~"):
            return text
        return self._open(label, text) if len(text) <= _SHORT else self._opened(label, text)

    def sealed_file(self, name: str, data: bytes) -> bytes:
        """The file *name* with *data* in it, sealed."""
        nonce = os.urandom(_NONCE)
        head = _MAGIC + self.current.encode()
        return head + nonce + self._now.file.encrypt(nonce, data, name.encode())

    def opened_file(self, name: str, data: bytes) -> bytes:
        """What is in the file *name*; one that was never sealed is as it is. Raises `BotError`."""
        key = sealed_with(data)
        if key is None:
            return data
        if key not in self._ciphers:
            raise BotError(f"这张照片是用另一把钥匙（{key}）封的，打不开")
        start = len(_MAGIC) + len(key)
        nonce, rest = data[start : start + _NONCE], data[start + _NONCE :]
        try:
            return self._ciphers[key].file.decrypt(nonce, rest, name.encode())
        except (InvalidTag, ValueError) as error:
            raise BotError("这张照片封存以后被改动过，打不开") from error

    def _same(self, label: str, text: str) -> str:
        return self._named("s", self._now.same.encrypt(_bytes(text), [label.encode()]))

    def _named(self, kind: str, data: bytes) -> str:
        return f"~{kind}{self.current}~{base64.urlsafe_b64encode(data).rstrip(b'=').decode()}"

    def _opened(self, label: str, text: str) -> str:
        form = _FORM.match(text)
        try:
            if form is None:
                raise ValueError
            kind, name, data = form[1], form[2], base64.urlsafe_b64decode(form[3] + "=" * (-len(form[3]) % 4))
            ciphers = self._ciphers[name]
            if kind == "s":
                return ciphers.same.decrypt(data, [label.encode()]).decode()
            return ciphers.once.decrypt(data[:_NONCE], data[_NONCE:], label.encode()).decode()
        except (InvalidTag, ValueError, KeyError) as error:
            if not self._strict:
                return text
            raise BotError("数据库里封存的内容打不开：钥匙不对，或者被改动过") from error

    def _token(self, pair: str) -> str:
        return self.beginning(pair[0]) + self._hashed(pair)[:_PAIR]

    def _beginning(self, character: str) -> str:
        return self._hashed(character)[:_FIRST]

    def _hashed(self, text: str) -> str:
        """*text* as letters and digits that only who has the key can make."""
        digest = hmac.digest(self._now.index, _bytes(text), "sha256")
        return base64.b32encode(digest).decode().lower()


def sealed_with(data: bytes) -> str | None:
    """The id of the key that sealed the file that begins with *data*; None if it is not sealed."""
    if not data.startswith(_MAGIC):
        return None
    return data[len(_MAGIC) : len(_MAGIC) + 8].decode("ascii", "replace")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _derived(key: bytes, use: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"loushi " + use).derive(key)


def use_seal(dialect: Dialect, seal: Seal) -> None:
    """Let every connection of the engine that *dialect* belongs to work with *seal*."""
    setattr(dialect, _SEAL, seal)


def seal_of(dialect: Dialect) -> Seal | None:
    """The seal of a database."""
    seal: Seal | None = getattr(dialect, _SEAL, None)
    return seal
