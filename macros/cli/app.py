"""The command `opsheet`: finds its commands, and turns every error into at most three lines.

A command returns its exit status: 0 (or None) all done, 1 something was refused and the rest is
done. 2 is wrong usage, 130 an interruption.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import sys
from collections.abc import Callable
from typing import Any

import click

from macros import crash
from workbook.errors import OpsheetError, SettingsError, TemplateError, UsageError
from workbook.nearest import nearest

# Command -> the module of macros.cli that holds it as `command`, in the order of `--help`.
COMMANDS = {
    "demo": "demo",
    "import": "import_",
    "fill": "fill",
    "workbook": "workbook",
    "watch": "watch",
    "bulk": "bulk",
    "metrics": "metrics",
    "explain": "explain",
    "template": "template",
    "list": "lists",
    "status": "state",
    "typed": "typed",
    "undo": "undo",
    "google": "google",
    "excel": "excel",
    "schedule": "schedule",
    "refresh": "refresh",
    "doctor": "doctor",
}
WRONG_USAGE = (UsageError, TemplateError, SettingsError)


class App(click.Group):
    """A group that imports a command when it is called, and never shows a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"macros.cli.{COMMANDS[cmd_name]}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            close = nearest(args[0], COMMANDS).strip()
            raise click.UsageError(f"There is no command '{args[0]}'. {close}".strip(), ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:
        extra["standalone_mode"] = False
        sys.exit(guarded(lambda: super(App, self).main(*args, **extra)))


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib import metadata

    try:
        click.echo(f"opsheet {metadata.version('opsheet')}")
    except metadata.PackageNotFoundError:
        click.echo("opsheet (not installed)")
    ctx.exit()


@click.group(cls=App, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
              help="Show the version and exit.")
def app() -> None:
    """Read the reports that Amazon sellers download, and fill planning sheets with them.

    \b
    opsheet import ~/Downloads/reports --store "My store" --marketplace US
    opsheet metrics --period 2026-W46 --by sku

    Settings come from opsheet.toml in this folder or above it, from OPSHEET_* variables, and from
    options, the last one winning. Exit status: 0 all done, 1 something was refused and the rest is
    done, 2 wrong usage.
    """


def main() -> None:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a code page without Chinese must not end it
            stream.reconfigure(errors="backslashreplace")
    gc.set_threshold(100_000)  # a command makes many objects, hardly any cycles, and ends soon
    app.main(prog_name="opsheet")


# --- errors -----------------------------------------------------------------------------


def guarded(call: Callable[[], Any]) -> int:
    """Runs a command; errors become at most three lines on standard error. Returns the status."""
    try:
        status = call()
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        return _wrong_words(error)
    except OpsheetError as error:
        complain(*error.lines())
        return 2 if isinstance(error, WRONG_USAGE) else 1
    except (KeyboardInterrupt, click.Abort):
        complain("Stopped. What was finished before stays.")
        return 130
    except BrokenPipeError:
        _nobody_reads()
        return 1
    except OSError as error:
        where = str(error.filename or "")
        complain(f"{error.strerror or error}.", where, f"Details: {crash.keep(error, _words())}")
        return 1
    except Exception as error:
        complain(crash.told(error, crash.keep(error, _words())))
        return 1


def complain(*lines: str) -> None:
    """What, where and what to do, each on a line of its own, on standard error."""
    flat = [" ".join(line.split()) for line in lines if line][:3]
    with contextlib.suppress(BrokenPipeError):
        click.echo(click.style("Error: ", fg="red") + "\n  ".join(flat), err=True)


def _wrong_words(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "opsheet"
    complain(error.format_message(), "", f"`{path} --help` shows how.")
    return error.exit_code


def _words() -> str:
    return " ".join(["opsheet", *sys.argv[1:]])


def _nobody_reads() -> None:
    """The reader of our output has gone (`| head`): the interpreter must not flush into it."""
    with contextlib.suppress(OSError, ValueError, io.UnsupportedOperation):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
