"""Turns approved decisions into rows of a bulk file, or says why one cannot be written.

Limits of Amazon: a keyword has at most 80 characters and 10 words, a negative phrase 4 words;
automatic campaigns take no keywords; an ad group holds keywords or product targets, not both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sync.bulk.account import Account, Entity
from sync.reports.ads_bulk import MATCH_TYPES, own_word
from workbook.models.search_terms import Action, Decision
from workbook.models.search_terms.nouns import ASIN, EXACT, NEGATIVE_EXACT, NEGATIVE_PHRASE
from workbook.models.search_terms.words import folded, is_asin
from workbook.notes import Note

MAX_CHARACTERS = 80
MAX_WORDS = {NEGATIVE_EXACT: 10, NEGATIVE_PHRASE: 4, EXACT: 10}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A decision, or a line of an undo file, that is not written: why, and what to do."""

    subject: Decision | Entity
    reason: Note
    do: Note


@dataclass(frozen=True, slots=True)
class Change:
    """A row to upload and the row that reverses it."""

    row: Entity
    undo: Entity


class _Refused(Exception):
    """Carries the reason (en, zh) and the remedy (en, zh) out of a check."""

    def __init__(self, en: str, zh: str, do_en: str = "", do_zh: str = "") -> None:
        super().__init__(en)
        self.reason, self.do = Note(en, zh), Note(do_en, do_zh)


def changes(
    decisions: Iterable[Decision], account: Account
) -> tuple[list[Change], list[LeftOut]]:
    """Rows and their reversals in the order of the decisions; of two on one thing the first."""
    made: list[Change] = []
    left_out: list[LeftOut] = []
    seen: set[tuple[str, ...]] = set()
    for decision in decisions:
        try:
            change = _change(decision, account)
            if change.row.what in seen:
                raise _Refused("An earlier line of this file is about the same.",
                               "本文件前面已有同一项。")
        except _Refused as refused:
            left_out.append(LeftOut(decision, refused.reason, refused.do))
            continue
        seen.add(change.row.what)
        made.append(change)
    return made, left_out


def _change(decision: Decision, account: Account) -> Change:
    group = _ad_group(decision, account)
    if decision.action is Action.BID_CUT:
        return _bid_cut(decision, account, group)
    if decision.action is Action.NEGATIVE:
        row = _negative(decision, group)
    elif decision.action is Action.HARVEST:
        row = _harvest(decision, account, group)
    else:
        raise _Refused("There is nothing to write for it.", "该项无需写入。")
    if row.entity != "negative_product_target":
        _check_twice(row, account)
    if account.has(row):
        raise _Refused("It is already there.", "广告组中已有该项。")
    return Change(row, replace(row, operation="archive", state="", bid=None))


def _ad_group(decision: Decision, account: Account) -> Entity:
    """The ad group's row, with its campaign's name and way of targeting."""
    found = account.ad_groups.get((decision.campaign, decision.ad_group), [])
    if not found:
        raise _Refused(
            f"The ids of '{decision.campaign}' > '{decision.ad_group}' are not known.",
            f"不知道「{decision.campaign}」>「{decision.ad_group}」的编号。",
            "Download the bulk sheet of this marketplace and import it; check the names.",
            "请下载该站点的批量表并导入；核对名称。")
    if len(found) > 1:
        raise _Refused(
            f"{len(found)} ad groups are named '{decision.campaign}' > '{decision.ad_group}'.",
            f"有 {len(found)} 个广告组都叫「{decision.campaign}」>「{decision.ad_group}」。",
            "Give them different names in the ads console and import the bulk sheet again.",
            "请在广告后台改成不同名称，再重新导入批量表。")
    (group,) = found
    campaign = account.campaigns[group.campaign_id]
    return replace(group, campaign=campaign.campaign, targeting_type=campaign.targeting_type)


def _created(group: Entity, entity: str) -> Entity:
    return Entity(entity, "create", group.campaign_id, group.ad_group_id,
                  campaign=group.campaign, ad_group=group.ad_group, state="enabled")


def _negative(decision: Decision, group: Entity) -> Entity:
    if decision.match_type == ASIN:
        return replace(_created(group, "negative_product_target"),
                       expression=_expression(decision.term))
    if decision.match_type not in (NEGATIVE_EXACT, NEGATIVE_PHRASE):
        raise _unknown_match_type(decision)
    return replace(_created(group, "negative_keyword"), match_type=decision.match_type,
                   keyword_text=_keyword(decision))


def _harvest(decision: Decision, account: Account, group: Entity) -> Entity:
    if decision.bid is None or decision.bid <= 0:
        raise _Refused("It has no bid.", "没有竞价。", "Type a bid.", "请填写竞价。")
    product = decision.match_type == ASIN
    if not product and decision.match_type != EXACT:
        raise _unknown_match_type(decision)
    other = "keyword" if product else "product_target"
    if group.targeting_type == "auto" or account.holds(group.ad_group_id, other):
        raise _Refused(
            "This ad group cannot take it: it is automatic, or holds targets of another sort.",
            "该广告组不能添加：自动投放，或已有另一类投放。",
            "Name the manual campaign and ad group that should get it.",
            "请改填要加入的手动广告活动和广告组。")
    if product:
        return replace(_created(group, "product_target"), bid=decision.bid,
                       expression=_expression(decision.term))
    return replace(_created(group, "keyword"), bid=decision.bid, match_type=EXACT,
                   keyword_text=_keyword(decision))


def _unknown_match_type(decision: Decision) -> _Refused:
    return _Refused(
        f"'{decision.match_type}' is no match type for it.",
        f"「{decision.match_type}」不是可用的匹配类型。",
        "Give negativeExact, negativePhrase or asin; for a new keyword exact or asin.",
        "请填 negativeExact、negativePhrase 或 asin；新增投放请填 exact 或 asin。")


def _expression(asin: str) -> str:
    if not is_asin(asin):
        raise _Refused(f"'{asin}' is no ASIN.", f"「{asin}」不是 ASIN。",
                       "Give ten characters from B0.", "请填以 B0 开头的十位编号。")
    return f'asin="{asin.strip().upper()}"'


def _keyword(decision: Decision) -> str:
    text, words = folded(decision.term), MAX_WORDS[decision.match_type]
    if not text or len(text) > MAX_CHARACTERS or len(text.split()) > words:
        raise _Refused(
            f"Amazon takes 1 to {words} words of {MAX_CHARACTERS} characters in all here.",
            f"此处亚马逊只接受 1 至 {words} 个词、共 {MAX_CHARACTERS} 个字符。",
            "Shorten it, or negate a phrase of it.", "请缩短，或改为否定其中的词组。")
    return text


def _check_twice(row: Entity, account: Account) -> None:
    """A negative of the whole campaign blocks the ad group as well."""
    whole = replace(row, entity="campaign_negative_keyword", ad_group_id="")
    if row.entity == "negative_keyword" and account.has(whole):
        raise _Refused("It is already a negative of the whole campaign.",
                       "该词已在整个广告活动中否定。")


def _bid_cut(decision: Decision, account: Account, group: Entity) -> Change:
    target = _target(decision, account, group)
    before = target.bid if target.bid is not None else group.default_bid
    if decision.bid is None or decision.bid <= 0 or before is None:
        raise _Refused("The new or the present bid is not known.", "新竞价或现竞价未知。",
                       "Type a bid; import a bulk sheet with bids.",
                       "请填写竞价；导入含竞价的批量表。")
    if decision.bid >= before:
        raise _Refused(f"Its bid is already {before}.", f"其竞价已是 {before}。")
    row = replace(target, operation="update", campaign=group.campaign, ad_group=group.ad_group,
                  bid=decision.bid, default_bid=None)
    return Change(row, replace(row, bid=before))


def _target(decision: Decision, account: Account, group: Entity) -> Entity:
    """The keyword of that text and match type, or the target of that expression."""
    match_type, text = own_word(decision.match_type, MATCH_TYPES), folded(decision.term)
    for child in account.children.get(group.ad_group_id, ()):
        if child.entity == "keyword":
            same = child.match_type == match_type and folded(child.keyword_text) == text
        else:
            same = child.entity == "product_target" and folded(child.expression) == text
        if same and child.own_id:
            return child
    raise _Refused(
        f"The id of the target '{decision.term}' ({decision.match_type or 'no match type'}) is "
        "not known.",
        f"不知道投放「{decision.term}」（{decision.match_type or '无匹配类型'}）的编号。",
        "Download the bulk sheet with zero-impression keywords and import it.",
        "请下载含零展示关键词的批量表并导入。")
