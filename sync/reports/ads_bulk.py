"""The bulk sheet of the ads console: every campaign, ad group, keyword and target with its id.

Of its sheets only "Sponsored Products Campaigns" is read (layout 2.0); the others are passed over.
It is a snapshot of how the account is set up: without it no change can be uploaded, because an
upload names what it changes by id. Its performance columns are those of the period that was chosen
for the download, which the file does not state: they are not read.

What we write for upload has the same sheet; its rows say an operation, and a row with an operation
is a change, not the account's state.
"""

from __future__ import annotations

from collections.abc import Mapping

from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

# Our word -> how bulk sheets in English, German and Chinese spell it; compared without case,
# spaces and dashes.
ENTITIES = {
    "campaign": ("Campaign", "Kampagne", "广告活动"),
    "ad_group": ("Ad Group", "Anzeigengruppe", "广告组"),
    "product_ad": ("Product Ad", "Produktanzeige", "商品广告"),
    "keyword": ("Keyword", "关键词"),
    "product_target": ("Product Targeting", "Produkt-Targeting", "商品定向"),
    "negative_keyword": ("Negative Keyword", "Negatives Keyword", "否定关键词"),
    "campaign_negative_keyword": ("Campaign Negative Keyword", "广告活动否定关键词",
                                  "Negatives Keyword auf Kampagnenebene"),
    "negative_product_target": ("Negative Product Targeting", "Negatives Produkt-Targeting",
                                "否定商品定向"),
    "bidding_adjustment": ("Bidding Adjustment", "Gebotsanpassung", "竞价调整"),
}
MATCH_TYPES = {
    "exact": ("exact", "Genau Passend", "精准", "精准匹配", "完全一致"),
    "phrase": ("phrase", "Wortgruppe", "词组", "词组匹配", "フレーズ一致"),
    "broad": ("broad", "Weitgehend", "Weitgehend Passend", "广泛", "广泛匹配", "部分一致"),
    "negativeExact": ("negativeExact", "Negative Exact", "Negativ Genau Passend", "否定精准",
                      "否定精准匹配"),
    "negativePhrase": ("negativePhrase", "Negative Phrase", "Negative Wortgruppe", "否定词组",
                       "否定词组匹配"),
}
STATES = {
    "enabled": ("enabled", "Aktiviert", "已启用"),
    "paused": ("paused", "Angehalten", "已暂停"),
    "archived": ("archived", "Archiviert", "已存档"),
}
TARGETING_TYPES = {
    "auto": ("Auto", "Automatic", "Automatisch", "自动"),
    "manual": ("Manual", "Manuell", "手动"),
}
OPERATIONS = {
    "create": ("Create", "创建"), "update": ("Update", "更新"), "archive": ("Archive", "存档"),
}


def own_word(text: str, spellings: Mapping[str, tuple[str, ...]]) -> str:
    """Our word for a spelling; an unknown one stays as it is.

    >>> own_word("Negative exact", MATCH_TYPES), own_word("BROAD", MATCH_TYPES)
    ('negativeExact', 'broad')
    """
    plain = _plain(text)
    return next((word for word, texts in spellings.items() if plain in map(_plain, texts)), text)


def _plain(text: str) -> str:
    return text.lower().replace(" ", "").replace("-", "")


def _own_word(column: str, spellings: Mapping[str, tuple[str, ...]]) -> str:
    """SQL of `own_word`."""
    cases = " ".join(f"WHEN '{_plain(text)}' THEN '{word}'"
                     for word, texts in spellings.items() for text in texts)
    cell = f"replace(replace(lower({column}), ' ', ''), '-', '')"
    return f"CASE {cell} {cases} ELSE {column} END AS {column}"


_RESHAPE = f"""
SELECT line, {_own_word("entity", ENTITIES)}, {_own_word("operation", OPERATIONS)},
    campaign_id, ad_group_id, portfolio_id, ad_id, keyword_id, product_targeting_id,
    coalesce(campaign_name, campaign_shown) AS campaign,
    coalesce(ad_group_name, ad_group_shown) AS ad_group,
    {_own_word("targeting_type", TARGETING_TYPES)}, {_own_word("state", STATES)},
    daily_budget, sku, asin, default_bid, bid, keyword_text, {_own_word("match_type", MATCH_TYPES)},
    bidding_strategy, placement, percentage, expression
FROM parsed
"""
_IDS = {
    "campaign_id": ("Campaign ID", "Kampagnen-ID", "广告活动编号"),
    "ad_group_id": ("Ad Group ID", "Anzeigengruppen-ID", "广告组编号"),
    "portfolio_id": ("Portfolio ID", "Portfolio-ID", "广告组合编号"),
    "ad_id": ("Ad ID", "Anzeigen-ID", "广告编号"),
    "keyword_id": ("Keyword ID", "Keyword-ID", "关键词编号"),
    "product_targeting_id": ("Product Targeting ID", "Produkt-Targeting-ID", "商品投放 ID",
                             "商品投放ID"),
}
_FOR_INFORMATION = (" (Informational only)", " (Nur zu Informationszwecken)", "（仅供参考）")
_CAMPAIGN = ("Campaign Name", "Kampagnenname", "广告活动名称")
_AD_GROUP = ("Ad Group Name", "Name der Anzeigengruppe", "广告组名称")


def _shown(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name + mark for name, mark in zip(names, _FOR_INFORMATION, strict=True))


def _text(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name, Type.TEXT, headers, required)


def _money(name: str, *headers: str, required: bool = False) -> Column:
    return Column(name, Type.MONEY, headers, required)


_COLUMNS = (
    _text("entity", "Entity", "Entität", "实体层级", required=True),
    _text("operation", "Operation", "Vorgang", "操作", required=True),
    *(Column(name, Type.ID, headers, required=name == "campaign_id")
      for name, headers in _IDS.items()),
    _text("campaign_name", *_CAMPAIGN, required=True),
    _text("ad_group_name", *_AD_GROUP, required=True),
    _text("campaign_shown", *_shown(_CAMPAIGN)),
    _text("ad_group_shown", *_shown(_AD_GROUP)),
    _text("targeting_type", "Targeting Type", "Targeting-Typ", "投放类型"),
    _text("state", "State", "Zustand", "状态", required=True),
    # Other sheets of the workbook have the same ids, but "Budget".
    _money("daily_budget", "Daily Budget", "Tagesbudget", "每日预算", required=True),
    Column("sku", Type.ID, ("SKU",)),
    Column("asin", Type.ID, _shown(("ASIN", "ASIN", "ASIN"))),
    _money("default_bid", "Ad Group Default Bid", "Standardgebot für die Anzeigengruppe",
           "广告组默认竞价"),
    _money("bid", "Bid", "Gebot", "竞价", required=True),
    _text("keyword_text", "Keyword Text", "Keyword-Text", "关键词文本", required=True),
    _text("match_type", "Match Type", "Übereinstimmungstyp", "匹配类型", required=True),
    _text("bidding_strategy", "Bidding Strategy", "Gebotsstrategie", "竞价方案"),
    _text("placement", "Placement", "Platzierung", "广告位"),
    Column("percentage", Type.NUMBER, ("Percentage", "Prozentsatz", "百分比")),
    _text("expression", "Product Targeting Expression", "Ausdruck für Produkt-Targeting",
          "拓展商品投放编号", required=True),
)

KIND = ReportKind(
    name="ads_bulk",
    label=Label("Ads bulk sheet", "广告批量表"),
    how_to_download=Label(
        "Ads console > Sponsored ads > Bulk operations > Create & download a custom spreadsheet: "
        "Sponsored Products, with campaigns and keywords of zero impressions, without those that "
        "are terminated. Give --period with the day of download.",
        "广告后台 > 推广 > 批量操作 > 创建并下载自定义电子表格：商品推广，包含零展示量的广告活动和"
        "关键词，不含已终止的广告活动。导入时用 --period 给出下载日期。",
    ),
    mode=Mode.SNAPSHOT,
    sections=(
        Section(
            name="ads_bulk",
            columns=_COLUMNS,
            key=("entity", "campaign_id", "ad_group_id", "ad_id", "keyword_id",
                 "product_targeting_id", "placement"),
            any_of=(("ad_group_id",), ("keyword_id",), ("product_targeting_id",)),
            absent=("Budget", "Draft Campaign ID", "Tactic", "Retailer", "Record Type",
                    "Customer Search Term"),
            reshape=_RESHAPE,
            stored={
                "entity": Type.TEXT, "operation": Type.TEXT,
                **dict.fromkeys(_IDS, Type.ID),
                **dict.fromkeys(("campaign", "ad_group", "targeting_type", "state"), Type.TEXT),
                "daily_budget": Type.MONEY, "sku": Type.ID, "asin": Type.ID,
                "default_bid": Type.MONEY, "bid": Type.MONEY,
                **dict.fromkeys(("keyword_text", "match_type", "bidding_strategy", "placement"),
                                Type.TEXT),
                "percentage": Type.NUMBER, "expression": Type.TEXT,
            },
        ),
    ),
)
