"""The site: addresses, who is asking, and answers as pages or as JSON."""

from __future__ import annotations

import getpass
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kb.errors import KbError, NotFoundError, StoreError, UsageError
from kb.export.page import COLOURS
from kb.query import KnowledgeBase, reader
from kb.read import ARTICLE_SUFFIXES
from kb.web import making, packing, review, urls
from kb.web.asked import Asked
from kb.web.bases import Bases
from kb.web.guard import LARGEST_FORM, Access, Headers, form_key, is_own_form
from kb.web.pages import ONE, PAGES
from kb.web.roles import EDITOR
from kb.web.uploads import LARGEST_FILE, MOST_BYTES, MOST_FILES, Adder, Uploads
from kb.web.words import LANGUAGES, best_language

# Pages that only editors see.
EDITORS = ("review", "add")
STATUS = {NotFoundError: 404, UsageError: 400, StoreError: 503}
# A question of 500 Vietnamese letters has 9 characters for each in an address.
LONGEST_ADDRESS = 8000
HOST_NAMES = ("localhost", "127.0.0.1", "[::1]")


class _Number(IntegerConvertor):
    """A number in an address: one that SQLite knows."""

    regex = "[0-9]{1,9}"


register_url_convertor("number", _Number())


def create_app(
    base: Path,
    *,
    access: Access | None = None,
    hosts: Sequence[str] = (),
    add: Adder | None = None,
    processes: bool = False,
) -> Starlette:
    """The site of one knowledge base. `hosts`: names under which it may be asked for, beside those of this machine.
    `add`: what adds articles that are sent, `kb add` unless a test gives another. `processes`: whether pages are made
    in processes of their own, several at a time.

    Raises StoreError or UsageError when there is no base.
    """
    with closing(reader(base)) as found:  # better told now than on every page
        found.tags()
    bases = Bases(base, processes=processes)
    uploads = Uploads(base, add)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> Any:
        yield
        uploads.stop()
        bases.close()

    routes = [
        *(Route(urls.page(name), partial(_page, name=name), name=name) for name in PAGES),
        *(Route(f"/{name}/{{id:path}}", partial(_one, name=name), name=name) for name in ONE),
        Route("/packs", _change_pack, methods=["POST"]),
        Route("/packs/{id:number}.{ending}", _download),
        Route("/packs/{id}", partial(_one, name="pack")),
        Route("/add", _sent, methods=["GET"]),
        Route("/add", _receive, methods=["POST"]),
        Route("/decide", _decide, methods=["POST"]),
        Route("/judge", _judge, methods=["POST"]),
        Route("/language", _language, methods=["POST"]),
        Route("/login", _login, methods=["GET", "POST"]),
        Route("/logout", _logout, methods=["POST"]),
        Route(urls.static("colours.css"), _colours),
        Mount(urls.static(""), StaticFiles(directory=making.HERE / "static")),
    ]
    names = [*HOST_NAMES, *(host for host in hosts if host not in HOST_NAMES)]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(Headers),
            Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
            # Strict would ask those to sign in again who follow a link that a colleague sent; forms have a key besides.
            Middleware(SessionMiddleware, secret_key=secrets.token_hex(32), session_cookie="kb", same_site="lax"),
        ],
        exception_handlers={KbError: _failed, HTTPException: _failed, Exception: _failed},
    )
    app.state.bases = bases
    app.state.access = access or Access()
    app.state.uploads = uploads
    return app


# --- pages ------------------------------------------------------------------------------------------------------------


async def _page(request: Request, *, name: str) -> Response:
    return await _answer(request, name)


async def _one(request: Request, *, name: str) -> Response:
    return await _answer(request, name, request.path_params["id"])


async def _answer(
    request: Request, name: str, id: str | None = None, *, shown: Mapping[str, Any] | None = None, status: int = 200
) -> Response:
    """The page for those who may see it, with what is `shown` besides; others are asked who they are."""
    if (elsewhere := _turned_away(request, name)) is not None:
        return elsewhere
    asked = Asked(request.query_params)
    form = asked.choice("format", making.forms(name), "html")
    wanted = making.Wanted(name, id, asked, form, shown or {})
    bases: Bases = request.app.state.bases
    answer = bases.search if name == "search" else bases.ask
    made = await answer(making.make, wanted, _visit(request))
    return _answered(made, status)


def _answered(made: making.Made, status: int = 200) -> Response:
    return Response(made.content, status, dict(made.headers), made.type)


def _turned_away(request: Request, name: str) -> Response | None:
    """Where a visitor goes who has not signed in. 403 for a page that is not for them."""
    role = request.app.state.access.role(request)
    if role is None:
        return RedirectResponse(urls.page("login", next=_here(request)), status_code=303)
    if name in EDITORS and role != EDITOR:
        raise HTTPException(403, "this page is for editors")
    return None


def _visit(request: Request) -> making.Visit:
    access: Access = request.app.state.access
    return making.Visit(
        interface=_tag(request),
        here=_here(request),
        role=access.role(request),
        signed_in=not access.is_open,
        user=request.session.get("name", ""),
        form_key=form_key(request),
        last_pack=int(request.session.get("pack", 0)),
        base_name=request.app.state.bases.path.stem,
    )


def _drawn(request: Request, name: str, shown: Mapping[str, Any], status: int = 200) -> Response:
    """A page for which the base is not needed."""
    return HTMLResponse(making.draw(name, dict(shown), _visit(request)), status)


def _tag(request: Request) -> str:
    """The interface language: what the visitor chose, else what the browser asks for."""
    chosen = request.session.get("language")
    return chosen if chosen in LANGUAGES else best_language(request.headers.get("accept-language", ""))


def _here(request: Request) -> str:
    """The address of a request as the browser wrote it: in a path that is decoded, %3F and %2F would mean another."""
    path: bytes = request.scope["raw_path"]
    return path.decode("latin-1") + (f"?{request.url.query}" if request.url.query else "")


async def _failed(request: Request, error: Exception) -> Response:
    """One sentence on what went wrong; nothing of how the site is made."""
    if isinstance(error, HTTPException):
        status, told = error.status_code, str(error.detail)
    elif isinstance(error, KbError):
        status, told = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400), str(error)
    else:
        status, told = 500, ""
    path = str(request.app.state.bases.path)
    told = told.replace(path, request.app.state.bases.path.name)
    if request.query_params.get("format") == "json":
        return JSONResponse({"error": told, "status": status}, status_code=status)
    known = status if status in (400, 403, 404, 405, 413, 429, 503) else 500
    return _drawn(request, "error", {"status": known, "told": told if status != 500 else ""}, status)


async def _colours(_: Request) -> Response:
    """The colours of all our pages, which a test holds to their contrast."""

    def theme(n: int) -> str:
        return "".join(f"--{name}:{values[n]};" for name, values in COLOURS.items())

    css = f":root{{color-scheme:light dark;{theme(0)}}}@media (prefers-color-scheme:dark){{:root{{{theme(1)}}}}}"
    return Response(css + f"@media print{{:root{{{theme(0)}}}}}", media_type="text/css")


# --- forms ------------------------------------------------------------------------------------------------------------


async def _form(request: Request, *, largest: int = LARGEST_FORM, files: int = 0) -> Asked:
    """What a form of this site sends. 403 for another's."""
    length = request.headers.get("content-length") or "0"
    if not (length.isascii() and length.isdigit()):
        raise HTTPException(400, "content-length: a number is wanted")
    if len(length) > 9 or int(length) > largest:
        raise HTTPException(413, f"at most {largest} bytes")
    limited = _Limited(request, largest)
    try:
        form = await limited.form(max_files=files, max_fields=50, max_part_size=LARGEST_FORM)
    except HTTPException as error:
        raise HTTPException(413, f"at most {largest} bytes") if limited.is_over else error from None
    except UnicodeError:  # in an encoding that no browser sends
        raise HTTPException(400, "this form cannot be read; it has to be UTF-8") from None
    if not is_own_form(request, form.get("key")):
        await form.close()
        raise HTTPException(403, "this form is out of date; go back, reload the page and try again")
    return Asked(form)


class _Limited(Request):
    """A request whose body ends in an error where it is longer than it may be, whatever it said of its length."""

    def __init__(self, request: Request, largest: int) -> None:
        super().__init__(request.scope, request.receive)
        self._largest = largest
        self.is_over = False

    async def stream(self) -> AsyncGenerator[bytes, None]:
        seen = 0
        async for chunk in super().stream():
            seen += len(chunk)
            if seen > self._largest:
                self.is_over = True
                raise MultiPartException("too long")  # upon which the parser closes the files that it has begun
            yield chunk


def _user(request: Request) -> str:
    """Who decides and writes here."""
    is_open = request.app.state.access.is_open
    return str(request.session.get("name") or (getpass.getuser() if is_open else "?"))


async def _deciding(request: Request) -> tuple[Asked, str]:
    """The form of somebody who may decide, and that person's name."""
    access: Access = request.app.state.access
    if access.role(request) != EDITOR:
        raise HTTPException(403, "only editors decide")
    asked = await _form(request)
    return asked, _user(request)


async def _judge(request: Request) -> Response:
    asked, user = await _deciding(request)
    there = await request.app.state.bases.change(review.judge, asked, user)
    next_ = _next(asked, urls.page("review", queue="names"))
    if not there and unquote(next_) == unquote(urls.concept(asked.text("concept"))):
        next_ = urls.page("concepts")
    return RedirectResponse(next_, status_code=303)


async def _decide(request: Request) -> Response:
    asked, user = await _deciding(request)
    place = await request.app.state.bases.change(review.decide, asked, user)
    return RedirectResponse(_next(asked, "/review") + place, status_code=303)


async def _sent(request: Request, *, told: Sequence[str] = (), status: int = 200) -> Response:
    """What was sent to be added."""
    if (elsewhere := _turned_away(request, "add")) is not None:
        return elsewhere
    form = Asked(request.query_params).choice("format", making.forms("add"), "html")
    uploads: Uploads = request.app.state.uploads
    shown = {
        "uploads": uploads.all(await request.app.state.bases.ask(KnowledgeBase.files_of, uploads.folder)),
        "busy": uploads.is_busy,
        "told": list(told),
        "limits": {"files": MOST_FILES, "megabytes": LARGEST_FILE // 1_000_000, "kinds": ARTICLE_SUFFIXES},
    }
    if form == "json":
        return _answered(making.as_json(shown), status)
    return _drawn(request, "add", shown, status)


async def _receive(request: Request) -> Response:
    """Files to add, or names of those to try again."""
    if request.app.state.access.role(request) != EDITOR:
        raise HTTPException(403, "only editors add articles")
    asked = await _form(request, largest=MOST_BYTES, files=MOST_FILES)
    uploads: Uploads = request.app.state.uploads
    names, told = asked.texts("again", most=MOST_FILES), []
    for file in asked.files("file"):
        content = await file.read(LARGEST_FILE + 1)
        await file.close()
        try:
            if len(content) > LARGEST_FILE:
                raise UsageError(f"{file.filename}: larger than {LARGEST_FILE // 1_000_000} MB")
            names.append(await run_in_threadpool(uploads.keep, file.filename or "", content))
        except UsageError as error:
            told.append(str(error))
    await run_in_threadpool(uploads.begin, names)
    if told:
        return await _sent(request, told=told, status=400)
    return RedirectResponse(urls.page("add"), status_code=303)


async def _change_pack(request: Request) -> Response:
    if request.app.state.access.role(request) != EDITOR:
        raise HTTPException(403, "only editors change hand-outs")
    asked = await _form(request)
    who = packing.Who(_user(request), _tag(request))
    done = await request.app.state.bases.change(packing.change, asked, who)
    request.session["pack"] = done.pack
    if done.mine is not None:  # shown with what the other one wrote; nothing of either is lost
        return await _answer(request, "pack", str(done.pack), shown={"mine": done.mine}, status=409)
    return RedirectResponse(_next(asked, urls.pack(done.pack)).partition("#")[0] + done.place, status_code=303)


async def _download(request: Request) -> Response:
    """A hand-out as a file. It is saved, not shown: what it needs to look right, our pages may not have."""
    id, ending = request.path_params["id"], request.path_params["ending"]
    if (elsewhere := _turned_away(request, "pack")) is not None:
        return elsewhere
    if ending not in packing.TYPES:
        raise HTTPException(404, f"no hand-out is saved as .{ending[:20]}; there are: {', '.join(packing.TYPES)}")
    made = await request.app.state.bases.ask(making.hand_out, id, Asked(request.query_params), ending, _tag(request))
    return _answered(made)


async def _language(request: Request) -> Response:
    asked = await _form(request)
    request.session["language"] = asked.choice("language", LANGUAGES, "en")
    return RedirectResponse(_next(asked, "/"), status_code=303)


async def _login(request: Request) -> Response:
    access: Access = request.app.state.access
    address = request.client.host if request.client else ""
    if request.method == "GET":
        next_ = _next(Asked(request.query_params), "/")
        return _sign_in(request, next_, "")
    asked = await _form(request)
    next_ = _next(asked, "/")
    async with access.checking:
        if not access.may_try(address):
            return _sign_in(request, next_, "login_wait", 429)
        # A password takes a tenth of a second to check, on purpose: not on the thread that serves everybody.
        known = await run_in_threadpool(access.admit, asked.text("word"), asked.text("name", longest=80))
        if known is None:
            access.failed(address)
    if known is None:
        return _sign_in(request, next_, "login_wrong", 403)
    language = request.session.get("language")
    request.session.clear()  # whoever held the key of before is out
    request.session.update(known)
    if language:
        request.session["language"] = language
    return RedirectResponse(next_, status_code=303)


def _sign_in(request: Request, next_: str, wrong: str, status: int = 200) -> Response:
    by_name = request.app.state.access.people is not None
    if wrong == "login_wrong" and by_name:
        wrong = "login_wrong_password"
    return _drawn(request, "login", {"next": next_, "wrong": wrong, "by_name": by_name}, status)


async def _logout(request: Request) -> Response:
    await _form(request)
    request.session.clear()
    return RedirectResponse("/", status_code=303)


def _next(asked: Asked, otherwise: str) -> str:
    """Where to go on to: an address of this site, whatever a form says."""
    address = asked.text("next", longest=LONGEST_ADDRESS)
    parts = urlsplit(address)
    fine = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return address if fine and address.isprintable() and "\\" not in address else otherwise
