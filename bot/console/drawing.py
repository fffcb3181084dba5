"""QR codes as SVG documents of their own: always dark on light, for a phone must read them in dark mode too."""

import io

import segno
from aiohttp import web


def qr(text: str) -> web.Response:
    """*text* as a QR code. It is nowhere kept: neither here nor by the browser."""
    out = io.BytesIO()
    segno.make(text, micro=False, error="m").save(out, kind="svg", scale=8, border=4, dark="#111", light="#fff")
    return web.Response(body=out.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
