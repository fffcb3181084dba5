"""Fetching pictures: from public hosts only, and only pictures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.fetching import (
    LOOPBACK,
    decode_picture,
    fetch_picture,
    is_public,
    looks_like_picture,
    picture_session,
)
from bot.domain.errors import DeliveryError

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


class Site:
    """A web site with pictures and traps; counts its visitors."""

    def __init__(self) -> None:
        self.visits: list[str] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request."""
        self.visits.append(request.path)
        if request.path == "/endless":
            return await self._endless(request)
        if request.path == "/slow":
            await asyncio.sleep(5)
        if request.path in ("/to", "/round"):
            raise web.HTTPFound(request.query.get("url", "/round"))
        return self._answer(request.path)

    def _answer(self, path: str) -> web.Response:
        answers = {
            "/png": web.Response(body=PNG, content_type="application/octet-stream"),
            "/heic": web.Response(body=b"anything", content_type="image/heic"),
            "/html": web.Response(text="<html>", content_type="text/html"),
            "/large": web.Response(body=PNG + b"0" * 5000, content_type="image/png"),
            "/gone": web.Response(status=404),
        }
        return answers.get(path, web.Response(status=503))

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/png"})
        await response.prepare(request)
        while True:
            await response.write(b"0" * 1000)
            await asyncio.sleep(0)


@asynccontextmanager
async def site(host: str = "127.0.0.1") -> AsyncIterator[tuple[Site, str]]:
    """The site, and its address."""
    place = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", place.handle)
    async with TestServer(app, host=host) as server:
        yield place, str(server.make_url("/")).rstrip("/")


async def fetched(url: str, *, allowed: frozenset[str] = LOOPBACK, seconds: float = 2.0) -> bytes | DeliveryError:
    """The picture, or why there is none."""
    session = picture_session(allowed=allowed)
    try:
        return await fetch_picture(session, url, limit=1000, seconds=seconds)
    except DeliveryError as error:
        return error
    finally:
        await session.close()


async def test_a_picture_comes_back() -> None:
    """Its type may be told by the server or by its first bytes, and it may be found behind a redirect."""
    async with site() as (_, url):
        assert await fetched(f"{url}/png") == PNG
        assert await fetched(f"{url}/heic") == b"anything"
        assert await fetched(f"{url}/to?url=/png") == PNG


@pytest.mark.parametrize(
    ("path", "permanent"),
    [
        ("/html", True),
        ("/gone", True),
        ("/busy", False),
        ("/large", True),
        ("/endless", True),
        ("/round", True),
        ("/to?url=ftp://example.com/a", True),
        ("/to?url=file:///etc/passwd", True),
        ("/to?url=http://169.254.169.254/latest", True),
        ("/to?url=http://10.0.0.1/a.png", True),
    ],
)
async def test_what_is_no_picture_is_refused(path: str, permanent: bool) -> None:
    """Pages, what is gone, too much of anything and redirects elsewhere are refused, most of them for good."""
    async with site() as (_, url):
        error = await fetched(url + path)
        assert isinstance(error, DeliveryError)
        assert error.permanent is permanent


async def test_a_slow_server_is_not_waited_for() -> None:
    """The time limit covers everything, and later may be better."""
    async with site() as (_, url):
        error = await fetched(f"{url}/slow", seconds=0.1)
        assert isinstance(error, DeliveryError)
        assert not error.permanent


async def test_redirects_are_counted() -> None:
    """Three redirects are followed, no more."""
    async with site() as (place, url):
        await fetched(f"{url}/round")
        assert len(place.visits) == 4


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ],
)
async def test_this_machine_is_never_visited(host: str) -> None:
    """However the address of this machine is spelt, no connection is made to it."""
    async with site() as (place, url):
        error = await fetched(f"http://{host}:{url.rpartition(':')[2]}/png", allowed=frozenset())
        assert isinstance(error, DeliveryError)
        assert not place.visits


@pytest.mark.parametrize("target", ["http://127.0.0.1", "http://2130706433", "http://localhost", "//127.1"])
async def test_a_redirect_does_not_lead_to_this_machine(target: str) -> None:
    """An allowed host cannot send us on to one that is not: every hop is looked at."""
    async with site() as (secret, inner), site("127.0.0.2") as (door, outer):
        error = await fetched(
            f"{outer}/to?url={target}:{inner.rpartition(':')[2]}/png", allowed=frozenset({"127.0.0.2"})
        )
        assert isinstance(error, DeliveryError)
        assert (door.visits, secret.visits) == (["/to"], [])


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://[fe80::1]/a", "http://192.168.1.1/a.png"])
async def test_neighbouring_machines_are_never_visited(url: str) -> None:
    """Link-local, private and metadata addresses are refused for good, even for tests that allow loopback."""
    error = await fetched(url)
    assert isinstance(error, DeliveryError)
    assert error.permanent


@pytest.mark.parametrize(
    "url", ["", "a.jpg", "file:///etc/passwd", "ftp://a/b", "javascript:1", "http://", "http://:x/"]
)
async def test_what_is_no_web_address_is_refused(url: str) -> None:
    """Only http and https addresses are fetched; anything else is refused for good."""
    error = await fetched(url)
    assert isinstance(error, DeliveryError)
    assert error.permanent


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    """Private, local, shared, multicast and reserved addresses are not, nor IPv6 ones that stand for them."""
    assert is_public(address) is public


@pytest.mark.parametrize("source", ["base64://####", "base64://aGVsbG8=", "http://a", "base64://" + "A" * 4000])
def test_embedded_bytes_that_are_no_picture_are_refused(source: str) -> None:
    """Broken base64, other bytes and too many of them are refused for good."""
    with pytest.raises(DeliveryError) as error:
        decode_picture(source, limit=1000)
    assert error.value.permanent


def test_the_first_bytes_tell_a_picture() -> None:
    """The kinds of picture that phones make are known by their first bytes."""
    for head in (PNG, b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFF0000WEBPVP8 ", b"\x00\x00\x00\x18ftypheic"):
        assert looks_like_picture(head)
    assert not looks_like_picture(b"<svg")
    assert not looks_like_picture(b"")
