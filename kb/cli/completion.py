"""kb completion"""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from kb.cli.complete import register
from kb.errors import UsageError

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Completion for bash, zsh or fish: options, articles, concepts.

    \b
    bash: kb completion bash > ~/.local/share/bash-completion/completions/kb
    zsh:  kb completion zsh > ~/.zfunc/_kb       (with fpath+=~/.zfunc before compinit)
    fish: kb completion fish > ~/.config/fish/completions/kb.fish

    \b
    Example:
      kb completion zsh
    """
    register()
    made = get_completion_class(shell)
    assert made is not None
    try:
        click.echo(made(ctx.find_root().command, {}, "kb", "_KB_COMPLETE").source())
    except RuntimeError as error:  # bash is asked for its version
        raise UsageError(f"{error}; bash 4.4 or newer is needed") from error
