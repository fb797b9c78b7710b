"""`opsheet doctor`: checks the installation."""

from __future__ import annotations

import click

from macros.cli import show

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
        show.document({"checks": [
            {"name": c.name, "health": c.health.value, "message": c.message, "do": c.do}
            for c in checks
        ]})
    else:
        for check in checks:
            colour = COLOURS[check.health.value]
            click.secho(f"{check.health.value:<5}", fg=colour, nl=False)
            click.echo(f"{check.name}: {check.message}")
            if check.do:
                click.echo(f"     {check.do}")
    return int(any(check.health is Health.FAIL for check in checks))
