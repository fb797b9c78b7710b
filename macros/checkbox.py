"""The "Refresh now" boxes of Google spreadsheets: which are ticked, and what a failure says there.

The refresh itself takes the tick away when it writes; nothing here does while all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from macros.jobs import Context
from workbook.errors import OpsheetError, SurfaceError

if TYPE_CHECKING:
    from sync.surfaces.google.credentials import Login

PREFIX = "google:"


class Destination(Protocol):
    """What the schedule knows of a destination: a name, and template and target of each fill."""

    @property
    def name(self) -> str: ...

    @property
    def fills(self) -> Sequence[tuple[str, str]]: ...


def ticked(
    context: Context, destinations: Iterable[Destination], who: Callable[[], Login] | None = None
) -> list[str]:
    """The names of the destinations with a ticked box; one small read for each spreadsheet.

    A spreadsheet that cannot be read does not hide the ticks of others.

    Args:
        who: logs in; by default with the credentials of `opsheet google login`.

    Raises:
        SettingsError: there are no credentials.
        SurfaceError: no box is ticked, and a spreadsheet could not be read.
    """
    wanted = {one.name: _spreadsheets(one) for one in destinations}
    every = dict.fromkeys(id for ids in wanted.values() for id in ids)
    if not every:
        return []
    from sync.surfaces.google.api import Api
    from sync.surfaces.google.button import NAME
    from sync.surfaces.google.credentials import login

    session, asked, wrong = (who or login)(), set[str](), list[SurfaceError]()
    for id in every:
        api = Api(id, session)
        api.briefly()
        try:
            if api.named(NAME) is True:
                asked.add(id)
        except SurfaceError as error:
            wrong.append(error)
    found = [name for name, ids in wanted.items() if asked.intersection(ids)]
    if wrong and not found:
        raise wrong[0]
    return found


def failed(destination: Destination, error: OpsheetError) -> None:
    """Says in the spreadsheets of a destination why it is not fresh, and takes the ticks away.

    For errors that come before a spreadsheet is written; the surface tells its own.
    """
    from sync.surfaces.google import GoogleSheet

    for id in _spreadsheets(destination):
        GoogleSheet(id, {}).tell(error)


def _spreadsheets(destination: Destination) -> list[str]:
    """The ids of its spreadsheets, out of their addresses too."""
    from sync.surfaces.google.credentials import refuse_id

    return [refuse_id(target.removeprefix(PREFIX)) for _, target in destination.fills
            if target.startswith(PREFIX)]
