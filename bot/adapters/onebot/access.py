"""Who may talk to us: tokens and signatures, compared in constant time and never logged."""

import hmac
from collections.abc import Mapping
from hashlib import sha1

#: HTTP answers to a caller without credentials, and to one with wrong ones.
MISSING = 401
WRONG = 403


def refusal_of_token(headers: Mapping[str, str], query: Mapping[str, str], token: str) -> int:
    """The status to refuse a connection with, 0 to let it in. *headers* must not mind upper and lower case.

    `Authorization: Bearer T`, `Token T` and `?access_token=T` are met; some send `Bearer ` with nothing behind it.
    """
    scheme, _, value = headers.get("Authorization", "").strip().partition(" ")
    given = value.strip() if scheme.casefold() in ("bearer", "token") else ""
    given = given or query.get("access_token", "")
    if not given:
        return MISSING
    return 0 if hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()) else WRONG


def refusal_of_signature(headers: Mapping[str, str], body: bytes, secret: str) -> int:
    """The status to refuse a posted event with, 0 to let it in: `X-Signature: sha1=HMAC(secret, raw body)`."""
    given = headers.get("X-Signature", "").strip().casefold()
    if not given:
        return MISSING
    expected = "sha1=" + hmac.new(secret.encode(), body, sha1).hexdigest()
    return 0 if hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()) else WRONG


def bearer(token: str) -> dict[str, str]:
    """The header that shows *token*."""
    return {"Authorization": f"Bearer {token}"}
