"""Fetching a picture from an address that a stranger chose: public hosts only, pictures only, not too much."""

import asyncio
import base64
import binascii
import errno
import socket
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, NewType

import aiohttp
from aiohttp.typedefs import StrOrURL

from bot.domain.errors import DeliveryError

#: A session that connects to public addresses only; `picture_session` makes one.
PictureSession = NewType("PictureSession", aiohttp.ClientSession)

#: What tests may pass as *allowed*.
LOOPBACK = frozenset({"127.0.0.1", "::1"})
LIMIT = 10 * 1024 * 1024
SECONDS = 15.0
REDIRECTS = 3

_REDIRECTED = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({408, 425, 429})
_BASE64 = "base64://"
#: IPv6 addresses that stand for an IPv4 address in their last four bytes.
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("::ffff:0:0/96"), ip_network("::/96"))
#: The first bytes of JPEG, PNG, GIF, BMP and TIFF files; WebP and HEIF keep theirs further in.
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*")


class PrivateAddressError(OSError):
    """The address belongs to no public host."""


def picture_session(*, allowed: frozenset[str] = frozenset()) -> PictureSession:
    """A session for `fetch_picture`. *allowed*: addresses that may be visited though they are not public, for tests.

    The check sits where a socket is made for a resolved address: a name, an odd spelling of a number, a redirect and
    a name server that changes its mind all have to pass it.
    """
    connector = aiohttp.TCPConnector(socket_factory=partial(_socket, allowed), limit=8, force_close=True)
    return PictureSession(aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()))


async def fetch_picture(session: PictureSession, url: str, limit: int = LIMIT, seconds: float = SECONDS) -> bytes:
    """The picture at *url*, *limit* bytes at most. Raises `DeliveryError`.

    It is *permanent* when the picture is gone, none, too large, or at a place where we do not go.
    """
    try:
        async with asyncio.timeout(seconds):
            return await _follow(session, url, limit)
    except TimeoutError as error:
        raise DeliveryError("picture: no answer in time") from error
    except aiohttp.InvalidURL as error:
        raise DeliveryError("picture: no valid address", permanent=True) from error
    except aiohttp.ClientConnectorError as error:
        refused = isinstance(error.os_error, PrivateAddressError)
        raise DeliveryError("picture: private address" if refused else "picture: no host", permanent=refused) from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise DeliveryError(f"picture: {type(error).__name__}") from error


def decode_picture(source: str, limit: int = LIMIT) -> bytes:
    """The picture that *source* (`base64://…`) holds itself. Raises `DeliveryError` (permanent)."""
    encoded = source.removeprefix(_BASE64)
    if encoded == source or len(encoded) > limit * 4 / 3 + 4:
        raise DeliveryError("picture: not base64, or too large", permanent=True)
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DeliveryError("picture: broken base64", permanent=True) from error
    if len(data) > limit or not looks_like_picture(data):
        raise DeliveryError("picture: none, or too large", permanent=True)
    return data


def looks_like_picture(data: bytes) -> bool:
    """Do the first bytes of *data* say that it is a picture?"""
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    heif = data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"avif")
    return data.startswith(_MAGIC) or webp or heif


def is_public(host: str) -> bool:
    """Is the numeric address *host* one of the public internet?"""
    address = ip_address(host.partition("%")[0])
    embedded = _embedded(address) if isinstance(address, IPv6Address) else None
    if embedded is not None:
        return is_public(str(embedded))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that *address* reaches in the end, if it is such a one."""
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour or (address.teredo[1] if address.teredo else None)


def _socket(allowed: frozenset[str], info: tuple[Any, ...]) -> socket.socket:
    family, kind, protocol, _, address = info
    if address[0] not in allowed and not is_public(address[0]):
        raise PrivateAddressError(errno.EACCES, "not a public address")
    return socket.socket(family, kind, protocol)


async def _follow(session: PictureSession, url: str, limit: int) -> bytes:
    """Go where *url* leads, through `REDIRECTS` redirects at most."""
    target: StrOrURL = url
    for _ in range(REDIRECTS + 1):
        if not str(target).lower().startswith(("http://", "https://")):
            raise DeliveryError("picture: neither http nor https", permanent=True)
        headers = {"Accept": "image/*", "Accept-Encoding": "identity"}
        async with session.get(target, allow_redirects=False, headers=headers) as reply:
            location = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTED or not location:
                return await _picture(reply, limit)
            target = reply.url.join(type(reply.url)(location))
    raise DeliveryError("picture: too many redirects", permanent=True)


async def _picture(reply: aiohttp.ClientResponse, limit: int) -> bytes:
    if reply.status != 200:
        gone = 400 <= reply.status < 500 and reply.status not in _TRY_AGAIN
        raise DeliveryError(f"picture: HTTP {reply.status}", permanent=gone)
    data = await _read(reply, limit)
    if not reply.content_type.startswith("image/") and not looks_like_picture(data):
        raise DeliveryError("picture: not a picture", permanent=True)
    return data


async def _read(reply: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body of *reply*; stops reading as soon as there is too much of it."""
    too_large = DeliveryError("picture: too large", permanent=True)
    if (reply.content_length or 0) > limit:
        raise too_large
    data = bytearray()
    async for piece in reply.content.iter_chunked(64 * 1024):
        data += piece
        if len(data) > limit:
            raise too_large
    return bytes(data)
