"""`opsheet google`: who asks Google, and whether a spreadsheet can be filled."""

from __future__ import annotations

from pathlib import Path

import click

from workbook.errors import SurfaceError


@click.group("google", short_help="Credentials for Google Sheets: login, check.")
def command() -> None:
    """Prepare Google Sheets: keep credentials, and check a spreadsheet.

    \b
    opsheet google login ~/Downloads/my-project-1234.json
    opsheet google check SPREADSHEET
    opsheet fill weekly_report --to google:SPREADSHEET
    """


@command.command("login")
@click.argument("key", type=click.Path(path_type=Path))
@click.option("--keyring", "in_keyring", is_flag=True,
              help="Keep it in the system's keyring (needs the package keyring), not in a file.")
def login(key: Path, in_keyring: bool) -> int:
    """Keep the key of a service account (a JSON file from the Google Cloud console).

    Only you will be able to read the copy. Delete the downloaded file afterwards. For the OAuth
    client of a person (type "installed") a browser opens and asks for leave.
    """
    import json

    from sync.surfaces.google import credentials
    from workbook.errors import SettingsError

    credentials.needed()
    try:
        secret = json.loads(key.expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise SettingsError("The key file cannot be read.", str(key),
                            "Download it again as JSON.") from None
    if "installed" in secret:
        secret = credentials.of_person(secret)
    kept = credentials.keep_in_keyring(secret) if in_keyring else credentials.keep(secret)
    who = secret.get("client_email")
    click.echo(f"Kept in {kept}; only you can read it.")
    if in_keyring and credentials.default_file().exists():
        click.echo(f"{credentials.default_file()} is looked at first: delete it.")
    if who:
        click.echo(f"Share each spreadsheet with {who} as an editor, then: "
                   "opsheet google check SPREADSHEET")
    return 0


@command.command("check")
@click.argument("spreadsheet")
def check(spreadsheet: str) -> int:
    """Say in plain words whether a spreadsheet can be read and written, and what is missing.

    Makes one read and one write that changes no cell.
    """
    from sync.surfaces.google import credentials
    from sync.surfaces.google.check import check as look

    id = credentials.refuse_id(spreadsheet.removeprefix("google:"))
    who = credentials.login()
    click.echo(f"Credentials: {who.source}, asking as {who.who}.")
    try:
        title = look(id, who)
    except SurfaceError as error:
        click.echo("Not ready:")
        raise error from None
    click.echo(f"Ready: '{title}' can be read and written. "
               f"Fill it with: opsheet fill weekly_report --to google:{id}")
    return 0
