"""What `opsheet doctor` looks at before a schedule is trusted: destinations, channels, folders."""

from __future__ import annotations

import os
from collections.abc import Iterator

from macros.doctor import Check, Health
from macros.notify import channels
from macros.schedule import destinations
from macros.schedule.destinations import Destination
from macros.settings import Settings
from workbook.errors import OpsheetError, SettingsError


def checks(settings: Settings) -> Iterator[Check]:
    """One finding a destination, channel and inbox; nothing where none is set up."""
    for folder in settings.inbox:
        if folder.is_dir():
            yield Check("inbox", Health.OK, str(folder))
        else:
            yield Check("inbox", Health.WARN, f"{folder} is not there; nothing is imported from it",
                        "Make the folder, or mend inbox in opsheet.toml.")
    if settings.destinations:
        yield from _destinations(settings)
    for name in settings.notify:
        yield _channel(settings, name)


def _destinations(settings: Settings) -> Iterator[Check]:
    try:
        every = destinations.read(settings)
    except SettingsError as error:
        what, *rest = error.lines()
        yield Check("destinations", Health.FAIL, what, " ".join(rest))
        return
    for one in every:
        yield _destination(one)


def _destination(one: Destination) -> Check:
    name = f"destination {one.name}"
    for _, target in one.fills:
        try:
            _reach(one, target)
        except OpsheetError as error:
            what, *rest = error.lines()
            return Check(name, Health.FAIL, what, " ".join(rest))
    when = one.when.words if one.when else "by hand or by its box"
    return Check(name, Health.OK, f"{one.template} to {one.target}, {when}")


def _reach(one: Destination, target: str) -> None:
    """Whether the target can be written, as far as this machine knows; nothing is sent.

    Raises:
        OpsheetError: there are no credentials, or the folder cannot be written.
    """
    if target.startswith("google:"):
        from sync.surfaces.google import credentials

        credentials.login()
        return
    path = one.path(target)
    folder = next(p for p in path.parents if p.exists())
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise SettingsError(f"{path} cannot be written.", "", "Choose a file that you may write.")


def _channel(settings: Settings, name: str) -> Check:
    try:
        channel = channels.read(settings, name)
    except SettingsError as error:
        what, *rest = error.lines()
        # The process of the schedule may have variables that this shell has not.
        unset = what.startswith("The environment variable")
        return Check(f"notify {name}", Health.WARN if unset else Health.FAIL, what, " ".join(rest))
    return Check(f"notify {name}", Health.OK, f"{channel.kind}, its secrets are set")
