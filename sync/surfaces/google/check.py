"""Can a spreadsheet be read and written? One read, and one write that changes no cell."""

from __future__ import annotations

from sync.surfaces.google.api import Api
from sync.surfaces.google.credentials import Login


def check(spreadsheet: str, who: Login) -> str:
    """The spreadsheet's title.

    Raises:
        SurfaceError: what is missing, in plain words.
    """
    api = Api(spreadsheet, who)
    api.briefly()
    found = api.read("properties(title)")
    api.probe()
    return str(found["properties"]["title"])
