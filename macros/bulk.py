"""Bulk files from the decisions of a search-term review: what was approved, and its way back.

The workbook itself says what was proposed when somebody approved it; without a workbook the store
does: the typed decisions and the proposals of today. Nothing is sent anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from workbook.errors import SurfaceError, UsageError
from workbook.formulas import Formula
from workbook.model import Value
from workbook.models.search_terms import Action, Decision
from workbook.models.search_terms.keys import parts_of
from workbook.models.search_terms.nouns import ASIN, EXACT, NEGATIVE_EXACT, NEGATIVE_PHRASE
from workbook.models.search_terms.words import is_asin
from workbook.notes import Note
from workbook.template import Block, Input

if TYPE_CHECKING:
    from macros.fill import Request
    from macros.jobs import Context
    from sync.bulk import Account, Entity, LeftOut

TEMPLATE = "search_term_review"
TERMS, NGRAMS, AD_GROUPS = "st_terms", "st_ngrams", "st_ad_groups"
Fields = Mapping[str, Value]
Tables = dict[str, dict[str, Fields]]  # block -> row key -> field -> value
_QUIET = ("", "reject", "later", "protect")  # decisions that change nothing in the account
_NEGATIVES = {"negate exact": NEGATIVE_EXACT, "negate phrase": NEGATIVE_PHRASE}


@dataclass(frozen=True, slots=True)
class Skipped:
    """A decision that is not written: what was decided about what, why not, what to do.

    `do` is empty where nothing is left to be done (the account has it already).
    """

    marketplace: str
    what: str
    subject: str
    reason: Note
    do: Note


@dataclass(frozen=True, slots=True)
class Written:
    """The files of one marketplace; no files where `rows` is empty."""

    marketplace: str
    path: Path
    undo: Path
    rows: tuple[Entity, ...]
    skipped: tuple[Skipped, ...]


class _Unclear(Exception):
    """A decision that cannot be carried out as it was typed: the reason and the remedy."""

    def __init__(self, reason: Note, do: Note) -> None:
        super().__init__(reason)
        self.reason, self.do = reason, do


# --- what was decided -------------------------------------------------------------------


def of_workbook(path: Path) -> tuple[Tables, str]:
    """What a filled review shows and what was typed into it; the store it was filled for.

    Raises:
        UsageError: no such file, or another template's. SurfaceError: not ours, or damaged.
    """
    from macros.fill import blocks_of
    from sync.surfaces.xlsx.locate import Book

    book = Book(path, blocks_of)
    name = str(book.meta.get("template", ""))
    if name != TEMPLATE:
        raise UsageError(f"This is a '{name}', no search-term review.", str(path),
                         f"Give one that `opsheet fill {TEMPLATE}` wrote.")
    tables: Tables = {id: dict(book.table(id)) for id in (TERMS, NGRAMS, AD_GROUPS)}
    return tables, str(book.meta.get("ops_store") or "")


def of_store(context: Context, request: Request) -> tuple[Tables, str]:
    """The review as a fill would make it now, with the decisions that the store knows.

    Raises:
        UsageError, StoreError: see `fill`.
    """
    from macros.fill import plan_for
    from workbook.plan import State

    plan = plan_for(context, request, State())
    tables: Tables = {id: {row.key: {
        name: cell.cell.value if isinstance(cell, Formula) else cell.value
        for name, cell in row.cells.items()} for row in plan.block(id).rows}
        for id in (TERMS, NGRAMS, AD_GROUPS)}
    return tables, str(plan.names["ops_store"])


def decisions(tables: Tables, market: str) -> tuple[list[Decision], list[Skipped]]:
    """The approved lines of a marketplace, in the order of the sheet, and what is unclear."""
    made: list[Decision] = []
    skipped: list[Skipped] = []
    places = {str(row["place"]): (parts_of(key)[1], parts_of(key)[2])
              for key, row in tables[AD_GROUPS].items() if row["marketplace"] == market}
    for id, read in ((TERMS, _of_term), (NGRAMS, _of_words)):
        for key, row in tables[id].items():
            word = _meant(id, row.get("decision"))
            if row.get("marketplace") != market or word in _QUIET:
                continue
            try:
                made += read(key, row, word, places)
            except _Unclear as unclear:
                skipped.append(Skipped(market, word, parts_of(key)[3], unclear.reason, unclear.do))
    return made, skipped


def markets(tables: Tables) -> list[str]:
    """The marketplaces that have a decision which changes something."""
    return list(dict.fromkeys(
        str(row["marketplace"]) for id in (TERMS, NGRAMS) for row in tables[id].values()
        if _meant(id, row.get("decision")) not in _QUIET))


def _meant(id: str, value: Value) -> str:
    """The English word of a choice."""
    from templates import get_template

    block: Block = get_template(TEMPLATE).blocks()[id]
    text = str(value or "").strip()
    for item in block.fields:
        for choice in item.choices if isinstance(item, Input) else ():
            if text in (choice.en, choice.zh):
                return choice.en
    return text


def _of_term(
    key: str, row: Fields, word: str, places: Mapping[str, tuple[str, str]]
) -> Iterator[Decision]:
    _, campaign, ad_group, term = parts_of(key)
    action, match = _action(row, word)
    if action is Action.NEGATIVE:
        yield Decision(action, campaign, ad_group, term, ASIN if is_asin(term) else match)
    elif action is Action.BID_CUT:
        yield Decision(action, campaign, ad_group, str(row.get("targeting") or ""),
                       str(row.get("match_type") or ""), _bid(row))
    else:
        into = str(row.get("into") or "")
        if into and into not in places:
            raise _Unclear(Note(f"There is no ad group '{into}' in the sheet.",
                                f"表中没有广告组「{into}」。"),
                           Note("Choose one from the list.", "请从列表中选择。"))
        place = places[into] if into else (campaign, ad_group)
        yield Decision(action, *place, term, ASIN if is_asin(term) else EXACT, _bid(row))


def _action(row: Fields, word: str) -> tuple[Action, str]:
    """What to do, and for a negative its match type."""
    if word in _NEGATIVES:
        return Action.NEGATIVE, _NEGATIVES[word]
    if word == "cut the bid":
        return Action.BID_CUT, ""
    if word == "add as exact":
        return Action.HARVEST, ""
    if word != "approve":
        raise _Unclear(Note(f"'{word}' is no decision.", f"「{word}」不是可用的决定。"),
                       Note("Choose one from the list.", "请从列表中选择。"))
    action = str(row.get("action") or "")
    if action not in (Action.NEGATIVE, Action.BID_CUT, Action.HARVEST):
        raise _Unclear(Note("Nothing is proposed that could be approved.", "没有可批准的建议。"),
                       Note("Say what to do: negate exact, cut the bid, …",
                            "请写明要做什么：否定精准、降竞价……"))
    return Action(action), NEGATIVE_EXACT


def _bid(row: Fields) -> Decimal | None:
    """The typed bid, else the proposed one."""
    value = row.get("bid")
    if value is None:
        value = row.get("proposed_bid")
    if value is None:
        return None
    try:
        bid = Decimal(str(value))
    except InvalidOperation:
        bid = Decimal("nan")
    if not bid.is_finite():
        raise _Unclear(Note(f"The bid '{value}' is no number.", f"竞价「{value}」不是数字。"),
                       Note("Type a number such as 0.85.", "请填写数字，如 0.85。"))
    return bid


def _of_words(
    key: str, row: Fields, word: str, places: Mapping[str, tuple[str, str]]
) -> Iterator[Decision]:
    """A negative phrase for each ad group that showed the words."""
    if word != "approve" or row.get("action") != Action.NEGATIVE:
        raise _Unclear(Note("Nothing is proposed that could be approved.", "没有可批准的建议。"),
                       Note("Negate its terms one by one, or wait for more evidence.",
                            "请逐个否定搜索词，或等待更多数据。"))
    for name in str(row.get("places") or "").splitlines():
        if name in places:
            yield Decision(Action.NEGATIVE, *places[name], parts_of(key)[3], NEGATIVE_PHRASE)


# --- the files --------------------------------------------------------------------------


def write(
    context: Context, tables: Tables, store: str, target: Path, marketplace: str = ""
) -> list[Written]:
    """Writes the upload and the undo file of each marketplace that has decisions.

    Args:
        target: `review.bulk.xlsx`; of several marketplaces `review.US.bulk.xlsx`, …
        marketplace: only this one.

    Raises:
        SurfaceError: a file is there already: an undo file is never overwritten.
    """
    from sync.bulk import Account, entities_stored, write_bulk

    wanted = [market for market in markets(tables) if marketplace in ("", market)]
    names = {market: files(target, market if len(wanted) > 1 else "") for market in wanted}
    for path in (path for pair in names.values() for path in pair):
        if path.exists():
            raise SurfaceError("The file exists already.", str(path),
                               "Give another name with --out; keep the undo file of each upload.")
    found = []
    with context.database.session() as con:
        accounts = {market: Account(entities_stored(con, store, market)) for market in wanted}
    for market in wanted:
        made, unclear = decisions(tables, market)
        path, undo = names[market]
        written = write_bulk(path, undo, made, accounts[market])
        skipped = (*unclear, *(_skipped(market, one) for one in written.left_out))
        found.append(Written(market, path, undo, written.rows, skipped))
    return found


def files(target: Path, market: str = "") -> tuple[Path, Path]:
    """The upload and its undo file: `review.bulk.xlsx`, `review.undo.xlsx`.

    Raises:
        UsageError: the name does not end with .xlsx.
    """
    if target.suffix.lower() != ".xlsx":
        raise UsageError(f"'{target.name}' is no .xlsx file.", str(target),
                         "Give a name that ends with .xlsx.")
    stem = target.stem.removesuffix(".bulk") + (f".{market}" if market else "")
    upload = f"{stem}.bulk.xlsx" if target.stem.endswith(".bulk") else f"{stem}.xlsx"
    return target.with_name(upload), target.with_name(f"{stem}.undo.xlsx")


def _skipped(market: str, one: LeftOut) -> Skipped:
    subject = one.subject
    if isinstance(subject, Decision):
        return Skipped(market, str(subject.action), subject.term, one.reason, one.do)
    return Skipped(market, subject.operation, subject.keyword_text or subject.expression,
                   one.reason, one.do)


def complete(context: Context, undo: Path, store: str, market: str) -> Written:
    """Fills the ids into an undo file, from the bulk sheet that was imported after the upload.

    Raises:
        SurfaceError: the completed file exists already. ReportError: no bulk file.
        UsageError: no bulk sheet of the marketplace is imported, or no such file.
    """
    from sync.bulk import complete_undo

    if not undo.is_file():
        raise UsageError("There is no such file.", str(undo), "Check the path.")
    ready = undo.with_name(f"{undo.stem}.ready.xlsx")
    done = complete_undo(undo, ready, _account(context, store, market))
    return Written(market, ready, undo, done.rows,
                   tuple(_skipped(market, one) for one in done.left_out))


def _account(context: Context, store: str, market: str) -> Account:
    from sync.bulk import Account, entities_stored

    with context.database.session() as con:
        entities: Iterable[Entity] = entities_stored(con, store, market)
    account = Account(entities)
    if not account.campaigns:
        raise UsageError(f"No bulk sheet of {store}, {market} is imported.", "",
                         "Download it after Amazon has applied the upload, and import it.")
    return account
