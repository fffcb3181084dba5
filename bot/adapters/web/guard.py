"""Who may use the pages of the demo: a browser on this machine that shows our own page, nobody's else."""

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web

#: Nothing is loaded from elsewhere, nothing is embedded, nothing is guessed.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; connect-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def is_loopback(host: str) -> bool:
    """Does *host* (as in a Host header, with or without a port) name this machine to itself?

    A name that merely resolves to 127.0.0.1 does not count: that is how other sites reach in (DNS rebinding).
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_own(request: web.Request) -> bool:
    """Does *request* come from our own page, or from no page at all, by a loopback name?"""
    origin = request.headers.get("Origin", "")
    return is_loopback(request.host) and origin in ("", f"{request.scheme}://{request.host}")


def check(request: web.Request) -> None:
    """Raises 403 unless *request* is our own."""
    if not is_own(request):
        raise web.HTTPForbidden(text="演示页面只能在本机打开：http://127.0.0.1:端口/\n", headers=HEADERS)
