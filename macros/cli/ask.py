"""Asks a person at the terminal for what a report does not say."""

from __future__ import annotations

import os

import click

from macros.cli.show import Bar
from workbook.errors import UsageError
from workbook.marketplaces import BY_CODE, marketplace_code
from workbook.model import parse_period


class Asker:
    """Answers `sync.read.scope.Ask`: the store and the marketplace are asked once per folder.

    Days differ from file to file: there the folder's last answer is only what Enter takes.
    """

    def __init__(self, bar: Bar | None = None) -> None:
        self.bar = bar
        self.answers: dict[tuple[str, str], str | None] = {}

    def __call__(self, file: str, question: str) -> str | None:
        at = (os.path.dirname(file), question)
        if at in self.answers and not _about_days(question):
            return self.answers[at]
        answer = self._ask(file, question, self.answers.get(at) or "")
        self.answers[at] = answer or self.answers.get(at)
        return answer

    def _ask(self, file: str, question: str, before: str) -> str | None:
        if self.bar:
            with self.bar.paused():
                return _prompt(file, question, before)
        return _prompt(file, question, before)


def _about_days(question: str) -> bool:
    return "day" in question.casefold()


def _prompt(file: str, question: str, before: str) -> str | None:
    """The answer; None for an empty one, after which the file is refused."""
    click.echo(file, err=True)
    try:
        while True:
            answer: str = click.prompt(f"  {question} (empty: leave the file out)", default=before,
                                       show_default=bool(before), err=True).strip()
            if not answer or (problem := _problem(question, answer)) is None:
                return answer or None
            click.echo(f"  {problem}", err=True)
    except click.Abort:
        raise KeyboardInterrupt from None


def _problem(question: str, answer: str) -> str | None:
    """Why the answer cannot be used; None if it can."""
    if _about_days(question):
        try:
            parse_period(answer)
        except UsageError as error:
            return " ".join(error.lines())
    if "marketplace" in question and marketplace_code(answer) not in BY_CODE:
        return f"'{answer}' is no marketplace; give one of {', '.join(BY_CODE)}."
    return None
