"""Bulk-upload files for the ads console, from decisions that a person approved, and their undo.

    account = Account(entities_in(bulk_sheet))         # or entities_stored(con, store, marketplace)
    written = write_bulk(upload, undo, decisions, account)
    ... upload, wait until Amazon has applied it, download the bulk sheet again ...
    complete_undo(undo, ready, Account(entities_in(later_bulk_sheet)))

Why the undo file has to be completed: Amazon archives what a row names by its id, and gives
what an upload creates its id only when it applies it. So the undo file holds two sorts of lines.
Bids are set back at once, their ids are known. Lines that archive what the upload creates lack
one id; Amazon refuses such a line until `complete_undo` has found the id in a later bulk sheet.
An archived entity cannot be brought back; undoing an undo means to create it again.
"""

from __future__ import annotations

from sync.bulk.account import Account, Entity
from sync.bulk.changes import LeftOut
from sync.bulk.files import Written, complete_undo, entities_in, entities_stored, write_bulk

__all__ = ["Account", "Entity", "LeftOut", "Written", "complete_undo", "entities_in",
           "entities_stored", "write_bulk"]
