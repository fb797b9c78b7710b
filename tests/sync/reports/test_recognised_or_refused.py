"""Each kind is recognised by its content alone, and other reports are refused, not swallowed."""

from __future__ import annotations

import pytest

from sync.read.recognise import recognise
from sync.reports import all_kinds, all_sections, kind_named
from tests.sync.read.reading import file_of
from workbook.errors import ReportError, UnknownReport
from workbook.facts import BY_NAME
from workbook.report import ReportKind, Role

RESULTS_7 = (
    "Impressions | Clicks | Click-Thru Rate (CTR) | Cost Per Click (CPC) | Spend | "
    "7 Day Total Sales  | Total Advertising Cost of Sales (ACoS)  | "
    "7 Day Total Orders (#) | 7 Day Total Units (#)"
)
RESULTS_14 = RESULTS_7.replace("7 Day", "14 Day")
NEW_TO_BRAND = (
    "14 Day New-to-brand Orders (#) | 14 Day % of Orders New-to-brand | "
    "14 Day New-to-brand Sales | 14 Day New-to-brand Order Rate"
)
DISPLAY = "Viewable Impressions | 14 Day Detail Page Views (DPV) | 14 Day New-to-brand Orders (#)"
BASE = "Date | Portfolio name | Currency | Campaign Name"

OTHERS = {
    "SP targeting": f"{BASE} | Ad Group Name | Targeting | Match Type | {RESULTS_7}",
    "SP targeting, vendor": f"{BASE} | Ad Group Name | Targeting | Match Type | {RESULTS_14}",
    "SP placement": f"{BASE} | Bidding strategy | Placement | {RESULTS_7}",
    "SP placement, vendor": f"{BASE} | Bidding strategy | Placement | {RESULTS_14}",
    "SP purchased product": f"{BASE} | Ad Group Name | Advertised SKU | Advertised ASIN | "
                            "Targeting | Match Type | Purchased ASIN | 7 Day Other SKU Units (#) | "
                            "7 Day Other SKU Orders (#) | 7 Day Other SKU Sales ",
    "SP performance over time": "Date | Clicks | Cost Per Click (CPC) | Spend",
    "SP budget": f"{BASE} | Budget | Recommended Budget | Average Time in Budget | {RESULTS_7}",
    "SP impression share": f"{BASE} | Ad Group Name | Targeting | Match Type | "
                           "Customer Search Term | Search Term Impression Rank | "
                           f"Search Term Impression Share | {RESULTS_7}",
    "SP by hour": f"{BASE} | Hour | {RESULTS_7}",
    "SB keyword": f"{BASE} | Targeting | Match Type | {RESULTS_14} | {NEW_TO_BRAND}",
    "SB keyword without new-to-brand": f"{BASE} | Targeting | Match Type | {RESULTS_14}",
    "SB search term": f"{BASE} | Ad Group Name | Targeting | Match Type | Customer Search Term | "
                      f"{RESULTS_14}",
    "SB search term, cost type": f"{BASE} | Ad Group Name | Customer Search Term | Cost Type | "
                                 f"{RESULTS_14}",
    "SB campaign placement": f"{BASE} | Placement | {RESULTS_14} | {NEW_TO_BRAND}",
    "SB attributed purchases": f"{BASE} | Purchased ASIN | 14 Day Total Sales | "
                               "14 Day Total Orders (#)",
    "SB campaign, before new-to-brand": f"{BASE} | {RESULTS_14}",
    "SD targeting": f"{BASE} | Ad Group Name | Targeting | {RESULTS_14} | {DISPLAY}",
    "SD advertised product": f"{BASE} | Ad Group Name | Advertised SKU | Advertised ASIN | "
                             f"{RESULTS_14} | {DISPLAY}",
    "SD matched target": f"{BASE} | Matched target | {RESULTS_14} | {DISPLAY}",
    "bulk sheet": "Product | Entity | Operation | Campaign ID | Campaign Name | Ad Group Name | "
                  "Impressions | Clicks | Spend | Sales | Orders | Units | ACOS",
    "campaign manager": "State | Campaigns | Status | Type | Budget(USD) | Impressions | Clicks | "
                        "CTR(%) | Spend(USD) | Orders | Sales(USD) | ACOS(%)",
    "FBA inventory health": "snapshot-date | sku | fnsku | asin | condition | total-quantity | "
                            "sellable-quantity | inv-age-0-to-90-days | inv-age-91-to-180-days | "
                            "inv-age-181-to-270-days | inv-age-365-plus-days | currency",
    "FBA daily history": "snapshot-date | fnsku | sku | product-name | quantity | "
                         "fulfillment-center-id | detailed-disposition | country",
    "FBA estimated fees": "sku | fnsku | asin | product-name | product-group | brand | your-price",
    "FBA restock": "Country | Product Name | FNSKU | Merchant SKU | ASIN | Condition | Available | "
                   "Inbound | Recommended replenishment qty",
    "sales dashboard": "Total order items | Units ordered | Ordered product sales",
    "all orders": "amazon-order-id | merchant-order-id | purchase-date | sku | asin | quantity | "
                  "currency | item-price",
}  # fmt: skip


def recognised(header: str) -> ReportKind:
    cells = header.replace("'", "").split(" | ")
    content = "\t".join(cells) + "\n" + "\t".join("1" for _ in cells) + "\n"
    return recognise(file_of(content))[0].kind


@pytest.mark.parametrize("header", OTHERS.values(), ids=OTHERS.keys())
def test_other_reports_are_refused(header: str) -> None:
    with pytest.raises(UnknownReport) as caught:
        recognised(header)
    assert caught.value.do


@pytest.mark.parametrize(
    "header, kind",
    [
        (f"{BASE} | {RESULTS_7}", "sp_campaign"),
        (f"{BASE} | Targeting Type | Bidding strategy | {RESULTS_14}", "sp_campaign"),
        (f"{BASE} | {RESULTS_14} | {NEW_TO_BRAND}", "sb_campaign"),
        (f"{BASE} | {RESULTS_14} | {NEW_TO_BRAND} | {DISPLAY}", "sb_campaign"),
        (f"{BASE} | {RESULTS_14} | 14 Day New-to-brand Orders (#)", "sb_campaign"),
        (f"{BASE} | {RESULTS_14} | {DISPLAY}", "sd_campaign"),
        (f"{BASE} | {RESULTS_14} | Viewable Impressions", "sd_campaign"),
        (
            f"{BASE} | Customer Search Term | {RESULTS_14} | 14 Day Advertised ASIN Sales",
            "sp_search_term",
        ),
        (f"{BASE} | Customer Search Term | {RESULTS_7} | {RESULTS_14}", "sp_search_term"),
        (f"{BASE} | Advertised ASIN | {RESULTS_14}", "sp_advertised_product"),
    ],
)
def test_ad_types_are_told_apart(header: str, kind: str) -> None:
    assert recognised(header).name == kind


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_a_kind_is_described_in_both_languages(kind: ReportKind) -> None:
    for text in (kind.label, kind.how_to_download):
        assert text.en and text.zh and text.en != text.zh
    assert any("\u4e00" <= char <= "\u9fff" for char in kind.how_to_download.zh)


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_a_kind_is_consistent(kind: ReportKind) -> None:
    for section in kind.sections:
        names = [column.name for column in section.columns]
        assert len(names) == len(set(names))
        stored = set(section.storage()) | {c.name for c in section.columns if c.role}
        assert set(section.key) <= stored | set(names)
        assert set(section.feeds) <= set(BY_NAME), "a section feeds facts of the vocabulary"
        assert all(name in names for group in section.any_of for name in group)
        dated = {Role.DAY, Role.FIRST, Role.LAST, Role.SNAPSHOT, Role.DOCUMENT}
        assert kind.mode.value != "document" or dated & {c.role for c in section.columns}


def test_sections_of_one_table_agree_on_their_types() -> None:
    for sections in all_sections().values():
        types: dict[str, str] = {}
        for section in sections:
            for name, kind in section.storage().items():
                assert types.setdefault(name, kind) == kind


def test_a_kind_is_found_by_its_name() -> None:
    assert kind_named("settlement_v2").name == "settlement_v2"


def test_the_refusal_of_an_unknown_table_is_a_report_error() -> None:
    with pytest.raises(ReportError):
        recognised("a | b | c")
