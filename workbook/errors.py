"""Everything that can go wrong because of something a person can change.

    OpsheetError
    ├── UsageError          the call's words are off (exit status 2)
    ├── SettingsError       opsheet.toml or an environment variable
    ├── ReportError         a report file cannot be used
    │   ├── UnknownReport       no kind, or more than one kind, matches
    │   ├── UnreadableFile      broken, empty, or in no readable encoding
    │   ├── UnclearScope        store, marketplace or period is not stated
    │   └── BadContent          read, but its content contradicts itself
    ├── StoreError          the store is locked, missing or damaged
    ├── TemplateError       no such template, metric, rule or dimension
    └── SurfaceError        a workbook cannot be read or written

Every message has three parts: what happened, where, and what to do.
"""

from __future__ import annotations


class OpsheetError(Exception):
    """An error that a person can act on.

    Args:
        what: what happened, one sentence.
        where: file, sheet, row or setting; may be empty.
        do: the next step, as an instruction; may be empty.
    """

    def __init__(self, what: str, where: str = "", do: str = "") -> None:
        super().__init__(what, where, do)
        self.what, self.where, self.do = what, where, do

    def lines(self) -> list[str]:
        """At most three lines: what, where, what to do."""
        return [part for part in (self.what, self.where, self.do) if part]

    def __str__(self) -> str:
        return " | ".join(self.lines())


class UsageError(OpsheetError):
    """The words of a call do not fit."""


class SettingsError(OpsheetError):
    """opsheet.toml or an OPSHEET_* variable cannot be used."""


class ReportError(OpsheetError):
    """A report file cannot be used; the others of a folder still can."""


class UnknownReport(ReportError):
    """No report kind matches the file's content, or several do."""


class UnreadableFile(ReportError):
    """The file is broken, empty, protected or in no readable encoding."""


class UnclearScope(ReportError):
    """Store, marketplace, period or date order is stated nowhere."""


class BadContent(ReportError):
    """The content contradicts itself or what was said about it."""


class StoreError(OpsheetError):
    """The store cannot be opened, is busy, or lacks what was asked for."""


class TemplateError(OpsheetError):
    """A name of a template, metric, rule or dimension is not known."""


class SurfaceError(OpsheetError):
    """A workbook cannot be read, is open elsewhere, or is not ours to write."""
