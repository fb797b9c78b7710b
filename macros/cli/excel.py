"""`opsheet excel`: sets up buttons and cell functions on the machine that has Excel."""

from __future__ import annotations

import click

from macros.cli import show
from macros.cli.doctor import say


@click.group("excel", short_help="Set up buttons and cell functions: install.")
def command() -> None:
    """Prepare this machine for workbooks with buttons.

    \b
    opsheet excel install
    opsheet excel install --check
    """


@command.command("install")
@click.option("--check", "only_check", is_flag=True, help="Change nothing, only look.")
@show.json_option
def install(only_check: bool, as_json: bool) -> int:
    """Let Excel start Opsheet, and say what else stands in the way.

    On macOS this gives Excel the script through which a button starts Python; on both systems it
    writes which Python that is, for planners made elsewhere. The exit status is 1 if anything
    still stands in the way.
    """
    from macros import excel_install
    from macros.doctor import Health

    machine = excel_install.this_machine()
    done = [] if only_check else excel_install.install(machine)
    found = list(excel_install.checks(machine))
    settings = excel_install.settings_of_planners(machine)
    if as_json:
        show.document({"done": done, "settings": settings, "checks": [c.shown() for c in found]})
    else:
        for line in done:
            click.echo(line)
        say(found)
        click.echo("A planner made here says in its sheet xlwings.conf:")
        for name, value in settings.items():
            click.echo(f"     {name} = {value}")
    return int(any(check.health is not Health.OK for check in found))
