"""`opsheet doctor`: checks the installation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from macros.cli import show

if TYPE_CHECKING:
    from macros.doctor import Check

COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command("doctor", short_help="Check the installation.")
@show.json_option
def command(as_json: bool) -> int:
    """Check Python, packages, settings, the store and optional programs.

    Each line says ok, warn (Opsheet works without it) or fail, and what to do. The exit status is 1
    if anything fails.
    """
    from macros.doctor import Health, examine

    checks = examine()
    if as_json:
        show.document({"checks": [check.shown() for check in checks]})
    else:
        say(checks)
    return int(any(check.health is Health.FAIL for check in checks))


def say(checks: Iterable[Check]) -> None:
    """A line for each check, and what to do below it."""
    for check in checks:
        colour = COLOURS[check.health.value]
        click.secho(f"{check.health.value:<5}", fg=colour, nl=False)
        click.echo(f"{check.name}: {check.message}")
        if check.do:
            click.echo(f"     {check.do}")
