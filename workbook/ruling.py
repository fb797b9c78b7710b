"""The rulebook with what people said over it: opsheet.toml < the store < this workbook.

The store's part is the user's own rules table and the bounds that other workbooks typed into their
Rules sheets. Everywhere a row of one marketplace comes before a row for all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from workbook.inputs import EVERYWHERE, SEPARATOR, Entry, Known
from workbook.model import Label, Rule, Value
from workbook.nearest import nearest
from workbook.plan import State
from workbook.rules import DEFAULTS

FOREVER = dt.date(9999, 12, 31)


def rule_key(rule: Rule) -> str:
    """Whose rule it is and when it holds: two rows that differ in any of these may both count."""
    return f"{rule.id}|{rule.marketplace}|{rule.valid_from}..{rule.valid_to}"


def is_number(value: Value) -> bool:
    """A number, and not a yes or no."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def typed_rules(rules: Iterable[Rule], state: State) -> tuple[Rule, ...]:
    """The rulebook with what people typed into this workbook's Rules sheet over it."""
    found = []
    for rule in rules:
        changed: dict[str, Any] = {}
        for which in ("target", "alarm"):
            value = state.typed.get(("rules", rule_key(rule), f"your_{which}"))
            if is_number(value):
                changed[which] = Decimal(str(value))
        found.append(replace(rule, **changed) if changed else rule)
    return tuple(found)


def said_rules(
    rules: Iterable[Rule], known: Known, state: State, day: dt.date
) -> tuple[Rule, ...]:
    """The rulebook with what the store knows over it.

    Args:
        rules: the defaults and opsheet.toml's rows.
        state: this workbook; where it has a bound of its own, the table's row for the same
            rule and marketplace gives way.
        day: bounds that other workbooks typed are those that hold on this day.
    """
    rows, table = list(rules), list(_table(known))
    keys = {rule_key(rule) for rule in table}
    own = {key for block, key, _ in state.typed if block == "rules"}
    mine = {key.rpartition(SEPARATOR)[0] for key in own - keys}
    table = [rule for rule in table
             if rule_key(rule) in own or rule_key(rule).rpartition(SEPARATOR)[0] not in mine]
    since = {(rule.id, rule.marketplace): rule.valid_from for rule in sorted(
        table, key=lambda rule: rule.valid_from) if rule.valid_from <= day <= rule.valid_to}
    rows = [rule for rule in rows  # a table's row counts before a later one of opsheet.toml
            if not since.get((rule.id, rule.marketplace), FOREVER) < rule.valid_from <= day]
    return tuple(_as_others_say(rule, known, state.source, day) for rule in (*rows, *table))


def _as_others_say(rule: Rule, known: Known, source: str, day: dt.date) -> Rule:
    """The rule with the bounds that other workbooks have typed for it."""
    changed: dict[str, Any] = {}
    for which in ("target", "alarm"):
        said = known.by_source("rules", rule_key(rule), f"your_{which}", day)
        newest = next((one for one in said if one.source != source and is_number(one.value)), None)
        if newest is not None:
            changed |= {which: Decimal(str(newest.value)), "source": newest.source}
    return replace(rule, **changed) if changed else rule


def _table(known: Known) -> Iterator[Rule]:
    """The rows of the user's rules table, also those of other days."""
    defaults = {rule.id: rule for rule in DEFAULTS}
    for key, valid in _table_rows(known):
        name, _, market = key.partition(SEPARATOR)
        said = {field: known.entry("rules_table", key, field, on=valid)
                for field in ("target", "alarm", "valid_to", "note")}
        base, first = defaults.get(_id(name)), next(filter(None, said.values()), None)
        if base is None or first is None:
            continue
        until = said["valid_to"].value if said["valid_to"] else None
        note = said["note"]
        bounds: dict[str, Any] = {
            which: Decimal(str(one.value)) for which in ("target", "alarm")
            if (one := said[which]) and is_number(one.value)}
        yield replace(
            base, marketplace="" if market == EVERYWHERE else market, valid_from=valid,
            valid_to=until if isinstance(until, dt.date) else FOREVER,
            note=str(note.value) if note else base.note, source=first.source, **bounds)


def _table_rows(known: Known) -> list[tuple[str, dt.date]]:
    return sorted({(one.key, one.valid) for one in known.all()
                   if one.topic == "rules_table" and not one.undone})


def _id(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")


def unknown_rules(known: Known) -> list[Label]:
    """What to tell of rows of the rules table that name no rule of ours."""
    ids = [rule.id for rule in DEFAULTS]
    wrong: dict[str, Entry] = {}
    for one in known.all():
        if one.topic == "rules_table" and not one.undone and _id(one.part("rule")) not in ids:
            wrong.setdefault(one.part("rule"), one)
    return [Label(
        f"There is no rule '{name}' ({one.source}); it is left out. "
        f"{nearest(_id(name), ids)}`opsheet list rules` shows them.",
        f"没有规则“{name}”（{one.source}），已忽略。{nearest(_id(name), ids)}"
        "`opsheet list rules` 列出全部规则。") for name, one in sorted(wrong.items())]
