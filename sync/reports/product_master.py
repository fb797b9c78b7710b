"""The product master: our own simple table of what only the user knows about each SKU."""

from __future__ import annotations

from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Role, Section, Type

# Without one of these a list of SKUs is some other table.
_OF_THE_USER = ("owner", "life_stage", "lead_time_days_sea", "lead_time_days_air", "moq", "carton",
                "target_acos")

KIND = ReportKind(
    name="product_master",
    label=Label("Product master", "产品主数据"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a SKU: sku, asin, parent_asin, name, owner, "
        "life_stage, lead_time_days_sea, lead_time_days_air, moq, carton, target_acos, category, "
        "brand, marketplace (empty: all). Export it from your ERP or fill it in by hand.",
        "自己的表格（CSV 或 XLSX），每个 SKU 一行：SKU、ASIN、父ASIN、品名、负责人、生命周期、"
        "海运时效(天)、空运时效(天)、起订量、箱规、目标ACoS、类目、品牌、站点（空：全部）。"
        "可从 ERP 导出或手工填写。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="product_master",
            columns=(
                Column("sku", Type.ID, ("sku", "MSKU", "Seller SKU"), required=True),
                Column("asin", Type.ID, ("asin", "子ASIN")),
                Column("parent_asin", Type.ID, ("parent_asin", "Parent ASIN", "父ASIN")),
                Column("name", Type.TEXT, ("name", "short_name", "Short name", "品名", "产品名称")),
                Column("owner", Type.TEXT, ("owner", "负责人", "运营负责人")),
                Column("life_stage", Type.TEXT, ("life_stage", "Life stage", "生命周期",
                                                 "产品阶段")),
                Column("lead_time_days_sea", Type.COUNT, (
                    "lead_time_days_sea", "Lead time by sea (days)", "海运时效(天)", "海运时效",
                    "海运天数")),
                Column("lead_time_days_air", Type.COUNT, (
                    "lead_time_days_air", "Lead time by air (days)", "空运时效(天)", "空运时效",
                    "空运天数")),
                Column("moq", Type.COUNT, ("moq", "起订量", "最小起订量")),
                Column("carton", Type.COUNT, ("carton", "Units per carton", "箱规", "每箱数量")),
                Column("target_acos", Type.SHARE, ("target_acos", "Target ACoS", "目标ACoS")),
                Column("category", Type.TEXT, ("category", "类目", "品类")),
                Column("brand", Type.TEXT, ("brand", "品牌")),
                Column("picture", Type.TEXT, ("picture", "image", "图片")),
                Column("link", Type.TEXT, ("link", "链接")),
                Column("marketplace", Type.MARKETPLACE, ("marketplace", "站点"),
                       role=Role.MARKETPLACE),
            ),
            key=("sku",),
            any_of=(_OF_THE_USER,),
            absent=("snapshot-date", "unit_cost", "单位成本", "(Child) ASIN",
                    "afn-fulfillable-quantity"),
        ),
    ),
)
