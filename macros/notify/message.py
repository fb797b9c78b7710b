"""What is said, in the destination's language: new exceptions, failures, back to normal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from macros.notify.reds import Red
from macros.schedule.destinations import Destination
from sync.store.runs import Run
from workbook.looks import SYMBOLS
from workbook.model import Label, Status

SHOWN = 8  # exceptions in one message; the sheet has them all


@dataclass(frozen=True, slots=True)
class Message:
    """A title, a line of bold and a line of detail each item, and what stands below.

    `alarm`: bad news. `link`: the spreadsheet, if it has an address.
    """

    lang: str
    title: str
    items: tuple[tuple[str, str], ...] = ()
    below: str = ""
    alarm: bool = True
    link: str = ""

    def text(self) -> str:
        """All of it as plain text."""
        lines = [self.title, ""]
        for head, detail in self.items:
            lines += [head, *([f"    {detail}"] if detail else [])]
        return "\n".join([*lines, "", *filter(None, (self.below, self.link))]).strip() + "\n"


def of_reds(destination: Destination, new: Sequence[Red], every: Sequence[Red]) -> Message:
    """The morning card: what turned red since the last message; how much is red in all."""
    lang, many = destination.lang, len(new)
    title = Label(f"{destination.name}: {many} new alert{'s' if many > 1 else ''}",
                  f"{destination.name}：新增 {many} 项异常")
    more = many - SHOWN
    below = Label(
        (f"and {more} more. " if more > 0 else "") + f"{len(every)} open in all. · Opsheet",
        (f"另有 {more} 项。" if more > 0 else "") + f"当前共 {len(every)} 项异常。 · Opsheet")
    return Message(lang, title[lang], tuple(_item(red, lang) for red in new[:SHOWN]), below[lang],
                   link=_link(destination))


def _item(red: Red, lang: str) -> tuple[str, str]:
    head = f"{SYMBOLS[Status.BAD]} {red.marketplace} · {red.what} · {red.subject}"
    parts = []
    if red.stake is not None:
        money = f"{red.currency} {red.stake:,.0f}"
        parts.append(Label(f"at stake {money} a week", f"周影响 {money}")[lang])
    if red.owner:
        parts.append(Label(f"owner {red.owner}", f"负责人 {red.owner}")[lang])
    if red.days is not None:
        parts.append(Label(f"open {red.days} day{'s' if red.days != 1 else ''}",
                           f"持续 {red.days} 天")[lang])
    if red.why:
        parts.append(red.why)
    return head, " · ".join(parts)


def of_failures(destination: Destination, run: Run, many: int) -> Message:
    """The refresh failed so many times in a row."""
    title = Label(f"{destination.name}: the refresh failed {many} times in a row",
                  f"{destination.name}：连续 {many} 次刷新失败")
    below = Label("The sheet shows older numbers. There is no other message until it works again. "
                  "· Opsheet",
                  "表中仍是较早的数据。恢复之前不再提醒。 · Opsheet")
    return Message(destination.lang, title[destination.lang],
                   ((run.target, " ".join(run.result.error.split())),), below[destination.lang],
                   link=_link(destination))


def of_recovery(destination: Destination) -> Message:
    """The refresh works again."""
    title = Label(f"{destination.name}: the refresh works again", f"{destination.name}：刷新已恢复")
    return Message(destination.lang, title[destination.lang], below="Opsheet", alarm=False,
                   link=_link(destination))


def _link(destination: Destination) -> str:
    """The address of the first Google spreadsheet."""
    for _, target in destination.fills:
        if target.startswith("google:https://"):
            return target.removeprefix("google:")
        if target.startswith("google:"):
            return f"https://docs.google.com/spreadsheets/d/{target.removeprefix('google:')}/edit"
    return ""
