"""spreadsheets.batchUpdate: requests in order, all or none.

"Requests will be applied in the order they are specified. If any request is not valid, no
requests will be applied." Replies map "1:1 with the updates, although replies to some requests
may be empty." """

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import (
    colours,
    requests_cells,
    requests_data,
    requests_lines,
    requests_metadata,
    requests_objects,
    requests_rules,
    requests_sheets,
)
from .errors import GoogleError, NotKnown, invalid
from .grid import Book
from .render import clean

Json = dict[str, Any]
Handler = Callable[[Book, Json, str], Json | None]
HANDLERS: dict[str, Handler] = {
    **requests_sheets.HANDLERS, **requests_cells.HANDLERS, **requests_lines.HANDLERS,
    **requests_rules.HANDLERS, **requests_objects.HANDLERS, **requests_metadata.HANDLERS,
    **requests_data.HANDLERS,
}


def apply(book: Book, requests: list[Json], who: str) -> list[Json]:
    """Applies all requests to the given copy and returns the replies. 400 names the request."""
    if not requests:
        raise invalid("Must specify at least one request.")
    replies: list[Json] = []
    for at, one in enumerate(requests):
        if len(one) != 1:
            raise invalid(f"Invalid requests[{at}]: " + (
                "No request set." if not one else "Only one kind of request may be set."))
        name, body = next(iter(one.items()))
        if name not in HANDLERS:
            raise NotKnown(name)
        try:
            reply = HANDLERS[name](book, colours.kept(body), who)
        except GoogleError as error:
            if error.code == 400:
                raise invalid(f"Invalid requests[{at}].{name}: {error.message}") from error
            raise
        replies.append({name: clean(reply)} if reply is not None else {})
        book.touched()
    return replies
