"""How the columns of the planning sheets come about, for `opsheet explain`.

Keyed by the block's model and the fields; "" speaks for every other field of that model.
"""

from __future__ import annotations

from collections.abc import Iterator

from macros.explaining import sheets_asins
from workbook.model import Label

# model -> (fields, English, Chinese)
_TEXTS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "daily.account": (
        ("now", "What is typed in the row; if nothing is, the last reading until the day.",
         "本行填写值；未填则取截至当日的最近读数。"),
        ("target alarm stale fall", "A bound of the Rules sheet for the row's marketplace.",
         "“规则”页中本站点的界限。"),
        ("change", "The value that counts − the reading before it.", "取用值 − 上一次读数。"),
        ("age", "Days from the reading to the day of the sheet; 0 if it is typed here.",
         "读数距表格日期的天数；本表填写则为 0。"),
        ("last last_day previous", "The last reading before, typed into a sheet or imported from "
         "a table of your own; the one before it.",
         "此前最近一次读数（填写或自有表格导入）及再上次。"),
        ("since", "The first of the unbroken readings that miss the target.",
         "连续未达标的读数中最早一次的日期。"),
        ("said", "The file in which the newest reading was said, and by whom where known.",
         "最近读数出自哪个文件，及填写人（若已知）。"),
        ("disputed", "What other files say of the same day; the newest counts.",
         "其他文件对同一天的不同说法；以最新为准。"),
        ("status:now", "The value that counts against target and alarm; a good one is ▲ watch if "
         "it is older than 'Stale after' or fell by more than its rule allows.",
         "取用值与目标、警戒比较；达标但读数过期或跌幅超规则时为 ▲。"),
        ("name", "The value's name in the rulebook, else as it was typed.",
         "规则库中的名称，否则为填写的名称。"),
    ),
    "daily.stock": (
        ("days_of_cover", "Available / units a day (28 days).", "可售 / 日均销量（28 天）。"),
        ("available_units inbound_units reserved_units data",
         "The newest stock snapshot that is known on the day; 'Data' says of when.",
         "当日已知的最近库存快照；“数据状态”注明日期。"),
        ("pace pace_until", "Mean daily units over the newest 28 days that reports cover whole, "
         "at most a week old; 'Sales until' is the last of them.",
         "报告完整覆盖的最近 28 天（最多早一周）的日均销量；“销量截至”为其最后一天。"),
        ("runs_out", "The day + the whole days of cover.", "当日 + 可售天数（取整）。"),
        ("at_stake", "Days without stock until an order of today can arrive, a week at most × a "
         "day's sales of those 28 days. An estimate.",
         "今日下单到货前的断货天数（最多一周）× 近 28 天日均销售额。估算。"),
        ("since", "The first of the unbroken days, 14 at most, on which the SKU was ▲ or ■.",
         "连续 ▲ 或 ■ 的首日（最多回看 14 天）。"),
        ("excess supply_target supply_alarm", "A bound of the Rules sheet.", "“规则”页的界限。"),
        ("supply", "The larger of available / units a day of 30 and of 90 days (28 and 91 where "
         "reports are weekly). Amazon uses its mean stock, so this is an estimate.",
         "可售 ÷ 30 天与 90 天日均销量之大者（周报告时用 28 与 91 天）。亚马逊按平均库存计，"
         "故为估算。"),
        ("status:supply", "Supply against the bounds of the low-inventory fee.",
         "供货天数与低量库存费界限比较。"),
        ("status:days_of_cover", "■ without stock or below the alarm, ▲ below the target or above "
         "'Excess from', ● between; target and alarm are lead time plus the rule's days.",
         "无货或低于警戒为 ■；低于目标或高于“冗余起点”为 ▲；其间为 ●。"
         "目标与警戒为备货周期加规则天数。"),
        ("what", "The status in words.", "状态的文字说明。"),
        ("asin", "The SKU's ASIN in the product master or a report.",
         "产品主数据或报告中的 ASIN。"),
    ),
    "daily.ads": (
        ("spend sales clicks acos", "The campaign's sums of the day; ACoS = spend / ad sales. Ad "
         "sales of a single day are still being attributed.",
         "当日合计；ACoS = 花费 / 广告销售额。单日归因尚未完成。"),
        ("spend_7 sales_7 acos_7", "The sums of the 7 days that end with the day; ACoS = spend / "
         "ad sales.", "截至当日的 7 天合计；ACoS = 花费 / 广告销售额。"),
        ("benchmark benchmark_of", "Your mean of the category that the campaign spends most on, "
         "else of all categories (benchmarks table), else the target of the rule acos.",
         "您的类目均值表中该活动主要类目的均值，其次为全部类目，再次为规则 acos 的目标。"),
        ("deviation difference", "(ACoS of 7 days − mean) / mean, and the difference itself.",
         "（7 天 ACoS − 均值）/ 均值，及差值。"),
        ("break_even", "Contribution before ads / sales of the campaign's SKUs over four settled "
         "weeks, weighted by its ad sales of each; without fees that are not by SKU.",
         "已结算四周内各 SKU 的广告前毛利 / 销售额，按其广告销售额加权；不含非按 SKU 的费用。"),
        ("at_stake", "Spend of 7 days − mean × ad sales, where the status is ■. An estimate.",
         "7 天花费 − 均值 × 广告销售额（仅 ■）。估算。"),
        ("status:acos_7", "Against the band around the mean: inside ●, below it ▲ (under-spending?)"
         ", above ■; spend without sales ■. A band in points wins if the rule has one.",
         "与均值区间比较：区间内 ●，低于为 ▲（投放不足？），高于为 ■；有花费无销售为 ■。"
         "有百分点区间则优先。"),
        ("since", "The first of the unbroken days, 14 at most, whose 7 days were ▲ or ■.",
         "连续 ▲ 或 ■ 的首日（最多回看 14 天）。"),
        ("data", "Until when Amazon may restate the day, or what is missing.",
         "亚马逊可修正至何时，或缺什么。"),
        ("product_owner", "The owner of the product that the campaign spends most on.",
         "活动花费最多的商品的负责人。"),
        ("", "A bound of the Rules sheet for the row's marketplace.", "“规则”页中本站点的界限。"),
    ),
    "daily.budgets": (
        ("budget spend", "The campaign report's budget and spend of the day.",
         "广告活动报告中的当日预算与花费。"),
        ("used", "Spend / daily budget.", "花费 / 日预算。"),
        ("status:used", "Budget used against the rule budget_used.",
         "预算使用率与规则 budget_used 比较。"),
        ("days_out which", "Of the last 7 days those whose spend reached the alarm's share of the "
         "budget. The report has no hours: missed sales are not estimated.",
         "近 7 天中花费达到警戒比例的日子。报告无小时数据，不估算错失的销售。"),
        ("spend_7 sales_7 acos_7", "The sums of the 7 days, blank where a day is; ACoS = spend / "
         "ad sales.", "7 天合计（缺一天即空白）；ACoS = 花费 / 广告销售额。"),
        ("acos_target", "The target of the rule acos.", "规则 acos 的目标。"),
        ("advice", "Where a budget ran out: ACoS of 7 days within its target, try a higher budget; "
         "else bids and terms first.",
         "预算耗尽时：7 天 ACoS 达标可提高预算，否则先调竞价与搜索词。"),
        ("since", "The first of the unbroken days, of 7, on which the budget ran out.",
         "7 天内连续耗尽的首日。"),
    ),
    "daily.keywords": (
        ("keyword_rank sponsored_rank search_volume standing", "The newest look of the keyword "
         "tracker until the day. A rank beyond what it looked for is unknown, not a number.",
         "截至当日关键词工具的最近一次结果。超出监测范围的排名未知，不是数字。"),
        ("before", "The same rank 7 days before.", "7 天前的同一排名。"),
        ("lost", "Rank now − rank 7 days ago.", "现排名 − 7 天前排名。"),
        ("status:keyword_rank", "■ places lost beyond the alarm or out of the ranks, ▲ beyond the "
         "watch line or short of the target rank that is typed.",
         "下降超警戒或跌出范围为 ■；超关注线或未达填写的目标排名为 ▲。"),
        ("places places_alarm", "A bound of the rule keyword_places.",
         "规则 keyword_places 的界限。"),
        ("data", "As of which day, or what is missing.", "数据日期，或缺什么。"),
    ),
    "daily.reports": (
        ("severity", "■ if numbers of this workbook are blank without it and Amazon has it, ▲ if "
         "nothing is blank or Amazon may not show it yet, – if it is optional.",
         "缺它有指标空白且亚马逊已提供为 ■；无空白或可能尚未提供为 ▲；可选为 –。"),
        ("", "From the days that imported reports cover, against those this workbook needs.",
         "由已导入报告覆盖的日期与本表所需日期比较得出。"),
    ),
    "scorecard.kpis": (
        ("actual until share", "The KPI over the month; of an open month, what reports by day cover"
         " without a gap from its first day ('Data until'). All marketplaces: sums first, in one "
         "currency at the dated rates.",
         "整月数值；未结束的月份取自首日起无缺口的每日报告（“数据截至”）。全部站点："
         "先按带日期的汇率合计。"),
        ("in_force", "Your target if typed, else the target if none is typed.",
         "填了自定目标则用之，否则用“未填时的目标”。"),
        ("standing general", "The target of your table for all marketplaces, else the rulebook's. "
         "For amounts and counts one of all marketplaces holds for their sum only.",
         "自有表格中全部站点的目标，否则规则目标。金额与件数的全站点目标只用于合计。"),
        ("rule_target rule_alarm", "A bound of the Rules sheet.", "“规则”页的界限。"),
        ("due", "Target × share of the month's days that count (amounts and counts only).",
         "目标 × 计入天数占比（仅金额与件数）。"),
        ("variance month_on_month year_on_year", "(actual − other) / other in %, for shares the "
         "difference in points. Sums of an open month are not held against whole months.",
         "（实际 − 对比值）/ 对比值（%）；比率为百分点差。未结束月份的合计不与整月比较。"),
        ("status:actual", "Actual against the target to date and the alarm.",
         "实际与截至目前的目标、警戒比较。"),
        ("about", "What is missing, not final, or was converted.", "缺失、未定稿或折算说明。"),
        ("change_unit", "pp: percentage points; else percent.", "pp 为百分点，否则为 %。"),
        ("basis", "The dates on which the KPI stands.", "指标所依据的日期。"),
        ("", "The same KPI that many months before.", "同一指标在相应月份以前的值。"),
    ),
    "scorecard.trend": (
        ("", "The KPI of the month as the row of the KPIs sheet has it.",
         "与“指标”页该 KPI 行相同。"),
    ),
    "scorecard.names": (("", "A fixed text of the template.", "模板中的固定文字。"),),
    "scorecard.okr": (
        ("okr place", "The objective and its marketplace, from your table or as typed here.",
         "目标及其站点，来自自有表格或在此填写。"),
        ("actual", "The KPI's row of the KPIs sheet; for a sum of an open month the month before.",
         "取自“指标”页；未结束月份的合计取上月。"),
        ("progress", "(actual − start) / (target − start).", "（实际 − 起始）/（目标 − 起始）。"),
        ("expected as_of", "The share of the time from start day to due day that has passed on "
         "the last day of the month, or today.", "开始至截止之间已过时间的比例（至月末或今日）。"),
        ("pace", "Progress / expected by now.", "进度 / 时间进度。"),
        ("status:pace", "Progress / expected against the rule okr_pace; from the due day on "
         "against okr_end.", "进度 ÷ 时间与规则 okr_pace 比较；到期后用 okr_end。"),
        ("pace_target pace_alarm", "A bound of okr_pace, after the due day of okr_end.",
         "okr_pace 的界限，到期后为 okr_end。"),
        ("why", "What a blank cell lacks.", "空白的原因。"),
    ),
    "terms.review": (
        ("clicks orders spend sales impressions", "The term's sums in its ad group over the weeks "
         "that count ('How judged'): settled ones only.",
         "计入周（见“评估依据”，仅已结算）内该广告组该词合计。"),
        ("acos cpc cvr", "ACoS = spend / ad sales, CPC = spend / clicks, CVR = orders / clicks.",
         "ACoS = 花费 / 广告销售额；CPC = 花费 / 点击；转化率 = 订单 / 点击。"),
        ("probability expected_cvr lower_cvr prior_cvr prior_clicks", "A beta distribution: the "
         "prior of the ad group plus the term's clicks and orders; how likely its CVR is below "
         "break-even, its mean, and the CVR above which it is at 95 %.",
         "贝塔分布：广告组先验加该词点击与订单；得出低于盈亏平衡的概率、均值与 95 % 下限。"),
        ("severity why action write_as", "What the evidence proposes; 'How judged' has its bounds.",
         "依据所得建议；界限见“评估依据”。"),
        ("at_stake", "To negate or bid less: spend not expected to come back; to add: what it "
         "earns; a week's worth of the days that count. An estimate.",
         "否定或降价：预计收不回的花费；加词：其收益；按计入天数折成一周。估算。"),
        ("week_clicks week_spend week_orders", "The week of the sheet itself, still settling: "
         "context, not evidence.", "表格当周，仍在结算：仅供参考，不作依据。"),
        ("break_even", "Contribution before ads / sales of the ad group's SKUs from settlements "
         "and costs, else of the account, else the rule acos.",
         "广告组 SKU 的广告前毛利 / 销售额（结算与成本），否则账户整体，再否则规则 acos。"),
        ("target", "The rule acos, but never above break-even.", "规则 acos，但不高于盈亏平衡。"),
        ("", "From the search-term report of the weeks that count; 'How judged' has the bounds.",
         "来自计入周的搜索词报告；界限见“评估依据”。"),
    ),
    "terms.ngrams": (
        ("", "Pooled over all terms of the sheet that hold these words.",
         "汇总所有含该词根的搜索词。"),),
    "terms.protected": (
        ("", "Sums of the terms protected for this reason, and what would else be proposed.",
         "因此受保护的搜索词合计，及否则会给出的建议。"),),
    "terms.basis": (("", "What the terms of the marketplace were judged by.",
    "本站点的评估依据。"),),
    "terms.ad_groups": (
        ("", "Of the ad group's terms over the weeks that count.",
         "该广告组在计入周内的搜索词。"),),
    "terms.trend": (
        ("spend_with spend_without", "The week's spend on terms that have, or have not, had an "
         "order in any of the weeks shown, in their ad group.",
         "当周在各周内有单（无单）的搜索词（按广告组）的花费。"),),
}


def _each() -> Iterator[tuple[tuple[str, str], Label]]:
    for model, lines in (_TEXTS | sheets_asins.TEXTS).items():
        for names, en, zh in lines:
            for name in names.split() or [""]:
                yield (model, name), Label(en, zh)


SAYS = dict(_each())
