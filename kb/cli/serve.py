"""kb serve"""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
import webbrowser
from pathlib import Path

import click

from kb.cli.common import base_option
from kb.errors import UsageError

KEPT_ALIVE = 75  # seconds


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--token", is_flag=True, help="Ask visitors for an access word: one for readers, one for editors.")
@click.option("--passwords", metavar="FILE", help="Ask visitors for name and password: see kb passwords.")
@click.option(
    "--name", "names", multiple=True, metavar="HOSTNAME", help="A name under which others reach this machine."
)
@click.option("--open", "opens", is_flag=True, help="Open a browser window.")
@click.option("--check", is_flag=True, help="Make the first page and stop.")
@base_option
def command(
    host: str,
    port: int,
    token: bool,
    passwords: str | None,
    names: tuple[str, ...],
    opens: bool,
    check: bool,
    path: str,
) -> None:
    """Open the knowledge base in a browser: read side by side, review, search.

    Without options only this machine reaches it, and whoever sits at it may read and decide. Pages show what builds and
    others' decisions commit meanwhile. Stop it with Ctrl-C.

    --open opens a window. For colleagues, --host 0.0.0.0 --token --name MACHINE prints two access words, one for
    readers and one for editors, new at every start; with --passwords FILE in place of --token everybody signs in with a
    name and a password of their own, and decisions bear that name. The connection is not encrypted: beyond a network
    that you trust, put a web server with HTTPS in front.

    \b
    Example:
      kb serve --check
    """
    if token and passwords is not None:
        raise UsageError("visitors sign in with --token or with --passwords, not with both")
    try:
        import uvicorn

        from kb.web.app import create_app
        from kb.web.guard import Access
        from kb.web.making import first_page, other_pages
        from kb.web.people import People
    except ModuleNotFoundError as error:
        raise UsageError(f"the browser needs {error.name}; install it with: pip install 'kb[web]'") from None
    if not token and passwords is None and not _is_loopback(host):
        raise UsageError(
            f"others may reach {host}, visitors have to sign in: kb serve --host {host} --token, or --passwords FILE"
        )
    access = Access(secrets.token_urlsafe(9), secrets.token_urlsafe(12)) if token else Access()
    if passwords is not None:
        access.people = People(Path(passwords))
    own = [] if _is_any(host) else [f"[{host}]" if ":" in host else host]
    app = create_app(Path(path), access=access, hosts=[*own, *names], processes=not check)
    if check:
        print(f"{path}: ready")
        return
    # Who reads a page for some seconds finds the connection as it was; when it is closed just as the next page is asked
    # for, that request is lost.
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", server_header=False, timeout_keep_alive=KEPT_ALIVE
    )
    server = uvicorn.Server(config)
    # Between questions the model's threads would spin and take turns from whatever else runs: a question then takes
    # seconds instead of hundredths of one.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    app.state.bases.prepare(first_page, other_pages)
    listening = server.config.bind_socket()
    # asyncio does this for sockets that say they are TCP, which this one does not: the end of every answer would wait
    # 40 ms for the browser's word that it has the beginning.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.listen(config.backlog)  # whoever comes before the server runs waits, and is not refused
    shown = names[0] if names else "localhost" if _is_any(host) else own[0]
    address = f"http://{shown}:{listening.getsockname()[1]}/"
    print(f"{path} is at {address}", flush=True)
    if token:
        print(f"  readers  {access.reader}\n  editors  {access.editor}", flush=True)
    print("Ctrl-C stops it.", flush=True)
    if opens:
        webbrowser.open(address)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        return


def _is_any(host: str) -> bool:
    return host in ("0.0.0.0", "::")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
