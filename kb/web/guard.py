"""Who may do what, and what every answer says to the browser about its own safety."""

from __future__ import annotations

import hmac
import secrets
from asyncio import Lock
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict, deque
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kb.web import urls
from kb.web.roles import EDITOR, READER, ROLES

if TYPE_CHECKING:
    from kb.web.people import People

# Tries with a wrong word from one address before it has to wait, and how long they count: seconds.
TRIES, WITHIN = 5, 60.0
# Bytes of a form: no page sends more.
LARGEST_FORM = 64_000
# Bytes of what a form brings back; three make four letters without a rest.
KEY = 24

# Nothing but the site's own files, no script or style inside a page, no frame around it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}
FOR_GOOD = b"public, max-age=31536000, immutable"


class Headers:
    """Puts HEADERS on every answer; pages are not kept by anybody between, the site's files by everybody."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                known = {name for name, _ in message["headers"]}
                message["headers"] += [
                    (name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in known
                ]
                if b"cache-control" not in known:
                    kept = scope["path"].startswith(urls.static("")) and message["status"] in (200, 304)
                    message["headers"].append((b"cache-control", FOR_GOOD if kept else b"private, no-cache"))
            await send(message)

        await self._app(scope, receive, sending if scope["type"] == "http" else send)


@dataclass(slots=True)
class Access:
    """The secret words that make a visitor a reader or an editor, or the people who have passwords of their own.
    Neither: whoever reaches the site is an editor, which is right for this machine alone."""

    reader: str | None = None
    editor: str | None = None
    people: People | None = None
    checking: Lock = field(default_factory=Lock)
    _tries: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    @property
    def is_open(self) -> bool:
        return self.editor is None and self.people is None

    def role(self, request: Request) -> str | None:
        """What this visitor is; None for nobody yet."""
        if self.is_open:
            return EDITOR
        if self.people is not None:
            return self.people.role(str(request.session.get("name")), str(request.session.get("mark")))
        role = request.session.get("role")
        return role if role in ROLES else None

    def role_of(self, word: str) -> str | None:
        """What a secret word makes of a visitor."""
        given = word.encode()
        if self.editor and hmac.compare_digest(given, self.editor.encode()):
            return EDITOR
        if self.reader and hmac.compare_digest(given, self.reader.encode()):
            return READER
        return None

    def admit(self, word: str, name: str) -> dict[str, str] | None:
        """What the session of somebody holds who gives a word, and a name; None for a stranger."""
        if self.people is not None:
            person = self.people.check(name, word)
            return None if person is None else {"name": person.name, "mark": person.mark}
        role = self.role_of(word)
        return None if role is None else {"role": role, "name": name or role}

    def may_try(self, address: str) -> bool:
        """Whether an address may try another word now."""
        tries = self._tries[address]
        while tries and tries[0] < monotonic() - WITHIN:
            tries.popleft()
        if len(self._tries) > 10_000:  # of addresses that came once
            self._tries = defaultdict(deque, {k: v for k, v in self._tries.items() if v})
        return len(tries) < TRIES

    def failed(self, address: str) -> None:
        """Count a word that was wrong. Tries are looked at one after the other (`checking`), so that of those that come
        at once none is let off, and nobody who is right is counted."""
        self._tries[address].append(monotonic())


def form_key(request: Request) -> str:
    """What a form of this visitor has to bring back: another site cannot know it.

    Pages are compressed, and some repeat what an address asks for: how long such a page becomes would tell, guess by
    guess, a secret that every page holds (BREACH, CVE-2013-3587). So each answer has the key under a mask of its own;
    leaving such pages uncompressed would make nearly all of them five times as long.
    """
    if "key" not in request.session:
        request.session["key"] = secrets.token_urlsafe(KEY)
    if not hasattr(request.state, "form_key"):
        mask = secrets.token_bytes(KEY)
        masked = bytes(a ^ b for a, b in zip(mask, _bytes(request.session["key"]), strict=True))
        request.state.form_key = urlsafe_b64encode(mask + masked).decode()
    return str(request.state.form_key)


def is_own_form(request: Request, given: Any) -> bool:
    """Whether a form was sent by a page of this site."""
    key = request.session.get("key")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    if not (isinstance(given, str) and isinstance(key, str)):
        return False
    both = _bytes(given)
    unmasked = bytes(a ^ b for a, b in zip(both[:KEY], both[KEY:], strict=False))
    return len(both) == 2 * KEY and hmac.compare_digest(unmasked, _bytes(key))


def _bytes(text: str) -> bytes:
    """What a key stands for; nothing for what is none."""
    try:
        return urlsafe_b64decode(text.encode("ascii"))
    except ValueError:
        return b""
