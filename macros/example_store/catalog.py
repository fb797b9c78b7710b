"""What the store sells: families, SKUs and listings. Every brand, title and ASIN is invented.

The rows start with the SKUs that the story needs; titles carry what breaks careless readers
(leading `=`, `+`, `-`, `@`, inch marks, commas, letters outside ASCII).
"""

from decimal import Decimal
from typing import NamedTuple

from .chance import cents
from .goods import Listing, Market, Product

US = Market("US", "USD", "$", "美国站", "Amazon.com", Decimal(0))
DE = Market("DE", "EUR", "€", "德国站", "Amazon.de", Decimal("0.19"))
MARKETS = (US, DE)
LEAST_SKUS = 20  # as many rows as the story names


class Family(NamedTuple):
    """What the variants of a family have in common."""

    brand: str
    category: str
    owner: str
    shared_parent: bool
    sea: int
    air: int
    carton: int
    target_acos: str
    cubic_feet: str
    fba_fee: str


class Row(NamedTuple):
    """One SKU: price in USD and EUR, mean sessions a day in the US, order items / sessions."""

    sku: str
    family: str
    title_en: str
    title_de: str  # "" where it is not sold in DE
    name: str
    price: str
    sessions: float
    conversion: float
    stage: str = "成熟期"


FAMILIES = {
    "bins": Family("Northwyn", "Storage", "王敏", True, 38, 12, 12, "0.28", "0.62", "6.45"),
    "hooks": Family("Quillow", "Storage", "李强", False, 35, 10, 48, "0.25", "0.09", "3.31"),
    "clips": Family("Quillow", "Office", "李强", False, 35, 10, 60, "0.25", "0.03", "3.06"),
    "desk": Family("Northwyn", "Office", "王敏", False, 40, 12, 20, "0.30", "0.28", "5.18"),
    "kitchen": Family("Brambek", "Kitchen", "张薇", False, 36, 11, 16, "0.28", "0.33", "5.42"),
    "lantern": Family("Brambek", "Outdoor", "张薇", False, 45, 14, 8, "0.20", "0.94", "7.17"),
    "kettle": Family("Quillow", "Kitchen", "李强", False, 42, 13, 6, "0.30", "0.41", "6.10"),
    "towels": Family("Northwyn", "Bath", "王敏", True, 38, 12, 24, "0.26", "0.36", "5.37"),
    "lamp": Family("Quillow", "Office", "李强", False, 40, 12, 10, "0.45", "0.30", "5.18"),
    "garden": Family("Northwyn", "Outdoor", "张薇", False, 44, 14, 12, "0.28", "0.25", "4.98"),
    "laundry": Family("Northwyn", "Bath", "王敏", True, 40, 12, 10, "0.28", "0.70", "6.62"),
    "table": Family("Brambek", "Kitchen", "张薇", False, 39, 12, 18, "0.30", "0.21", "4.75"),
}

ROWS = (
    Row("NW-BIN-L", "bins", 'Northwyn Fabric Storage Bins, Large 15" x 11", Set of 3, Grey',
        "Northwyn Aufbewahrungsbox Groß, 38 x 28 cm, 3er-Set, Grau", "布艺收纳箱 大号",
        "32.99", 24, 0.130),
    Row("QL-HOOK-12", "hooks", 'Quillow Over Door Hooks, 12" Rail, 5 Hooks, Matte Black',
        "Quillow Türhaken, 30 cm Leiste, 5 Haken, Schwarz", "门后挂钩 五连",
        "18.99", 19, 0.150),
    Row("NW-DESK-ORG", "desk", "Northwyn Desk Organizer with 6 Compartments, Walnut",
        "Northwyn Schreibtisch-Organizer, 6 Fächer, Nussbaum", "桌面收纳盒 六格",
        "27.99", 66, 0.120),
    Row("BR-RACK-16", "kitchen", 'Brambek Dish Rack, 16" Compact, Rust Resistant',
        "Brambek Abtropfgestell, 40 cm, rostfrei", "沥水架 小号", "34.99", 13, 0.105),
    Row("BR-RACK-24", "kitchen", 'Brambek Dish Rack, 24" Two Tier, Rust Resistant',
        "Brambek Abtropfgestell, 60 cm, zweistöckig", "沥水架 双层", "46.99", 11, 0.095),
    Row("BR-MAT-DRY", "kitchen", 'Brambek Dish Drying Mat, 20" x 16", Charcoal',
        "Brambek Abtropfmatte, 50 x 40 cm, Anthrazit", "沥水垫", "16.99", 10, 0.130),
    Row("BR-LANTERN-XL", "lantern", 'Brambek Garden Lantern XL, 22" Tall, Weathered Bronze',
        "", "花园灯笼 特大", "59.99", 5, 0.040, "清仓期"),
    Row("QL-KETTLE-17", "kettle", "Quillow Gooseneck Kettle, 1.7 L, Temperature Control",
        "Quillow Schwanenhals-Wasserkocher, 1,7 L", "鹅颈壶 1.7升", "44.99", 12, 0.100),
    Row("NW-TOWEL-WH", "towels", "Northwyn Bath Towels, Set of 4, White",
        "Northwyn Badetücher, 4er-Set, Weiß", "浴巾四件套 白", "29.99", 9, 0.110),
    Row("NW-TOWEL-GY", "towels", "Northwyn Bath Towels, Set of 4, Stone Grey",
        "Northwyn Badetücher, 4er-Set, Grau", "浴巾四件套 灰", "29.99", 9, 0.110),
    Row("NW-TOWEL-SG", "towels", "Northwyn Bath Towels, Set of 4, Sage", "",
        "浴巾四件套 绿", "29.99", 6, 0.105),
    Row("QL-LAMP-01", "lamp", "Quillow Clip On Reading Lamp, USB-C, 3 Colours",
        "", "夹式阅读灯", "22.99", 5, 0.070, "新品期"),
    Row("3-4-PACK", "clips", 'Quillow Cable Clips, 3/4" Wide, 24 Pack',
        "Quillow Kabelclips, 19 mm, 24 Stück", "理线夹 24个", "9.99", 9, 0.160),
    Row("3-4-PACK-FBA2", "clips", 'Quillow Cable Clips, 3/4" Wide, 24 Pack',
        "", "理线夹 24个 (第二SKU)", "9.99", 3, 0.160),
    Row("00123-BL", "hooks", "Quillow Adhesive Hooks, Blue, 8 Pack",
        "Quillow Klebehaken, Blau, 8 Stück", "粘钩 蓝色", "11.99", 8, 0.140),
    Row("1E5-GREY", "bins", "Northwyn Drawer Divider 1E5, Adjustable, Grey",
        "Northwyn Schubladenteiler 1E5, verstellbar, Grau", "抽屉隔板 灰", "19.99", 6, 0.115),
    Row("NW-PLANTER-6", "garden", '=Northwyn= Ceramic Planter, 6", with Saucer, Terracotta',
        "=Northwyn= Keramik-Blumentopf, 15 cm, Terrakotta", '=Planter 6"', "21.99", 7, 0.100),
    Row("NW-HAMPER-PL", "laundry", "+Plus Size Laundry Hamper by Northwyn, 110 L, Beige",
        "+Plus Wäschekorb von Northwyn, 110 L, Beige", "+Hamper 110L", "36.99", 6, 0.090),
    Row("BR-ICE-40", "table", "-40°F Reusable Ice Packs by Brambek, Set of 5",
        "-40°C Kühlakkus von Brambek, 5er-Set", "-40 冰袋", "17.99", 6, 0.120),
    Row("NW-DESK-MAT", "desk", '@Home Desk Mat by Northwyn, 31.5" x 15.7", Oak Green',
        "@Home Schreibtischmatte von Northwyn, 80 x 40 cm", "@Home 桌垫", "24.99", 9, 0.100),
    Row("BR-CREME-6", "table", "Brambek Crème Brûlée Ramekins, 4 oz, Set of 6",
        "Brambek Crème-Brûlée-Förmchen, 6er-Set", "烤碗六件套", "25.99", 6, 0.100),
    Row("NW-BIN-M", "bins", 'Northwyn Fabric Storage Bins, Medium 11" x 8", Set of 3, Grey',
        "Northwyn Aufbewahrungsbox Mittel, 28 x 20 cm, 3er-Set", "布艺收纳箱 中号",
        "24.99", 11, 0.120),
    Row("NW-BIN-S", "bins", 'Northwyn Fabric Storage Bins, Small 8" x 6", Set of 4, Grey',
        "Northwyn Aufbewahrungsbox Klein, 20 x 15 cm, 4er-Set", "布艺收纳箱 小号",
        "19.99", 6, 0.110),
    Row("NW-HAMPER-S", "laundry", "Northwyn Laundry Hamper, 70 L, Beige",
        "Northwyn Wäschekorb, 70 L, Beige", "脏衣篮 70升", "28.99", 4, 0.095),
    Row("BR-JAR-6", "kitchen", "Brambek Glass Jars with Bamboo Lids, Set of 6",
        "Brambek Vorratsgläser mit Bambusdeckel, 6er-Set", "玻璃罐六件套", "31.99", 9, 0.100),
    Row("BR-NAPKIN-12", "table", 'Brambek Linen Napkins, 18" x 18", Set of 12, Natural',
        "Brambek Leinenservietten, 45 x 45 cm, 12er-Set", "亚麻餐巾 12条", "27.99", 4, 0.085),
    Row("NW-TRAY-3", "desk", "Northwyn Letter Tray, 3 Tier, Mesh, Black",
        "Northwyn Briefablage, 3 Ebenen, Schwarz", "文件架 三层", "23.99", 4, 0.095),
    Row("QL-HOOK-6", "hooks", 'Quillow Over Door Hooks, 6" Single, 4 Pack',
        "Quillow Türhaken, einzeln, 4 Stück", "门后单钩 四个", "12.99", 5, 0.130),
    Row("00456-GN", "hooks", "Quillow Adhesive Hooks, Green, 8 Pack", "",
        "粘钩 绿色", "11.99", 3, 0.120),
    Row("BR-SPOON-5", "table", "Brambek Olive Wood Spoons, Set of 5", "",
        "橄榄木勺 五件", "18.99", 4, 0.100),
    Row("BR-BOARD-L", "table", 'Brambek Cutting Board, 17" x 12", Acacia', "",
        "相思木砧板 大", "33.99", 4, 0.090),
    Row("QL-TIMER-01", "kettle", "Quillow Magnetic Kitchen Timer, Large Digits", "",
        "磁吸计时器", "13.99", 4, 0.130),
    Row("NW-TRELLIS-2", "garden", 'Northwyn Plant Trellis, 24", 2 Pack, Green', "",
        "植物支架 两个", "16.99", 3, 0.095),
    Row("NW-CAN-1L", "garden", "Northwyn Indoor Watering Can, 1 L, Copper", "",
        "浇水壶 1升", "19.99", 3, 0.100),
    Row("NW-MATBATH-S", "laundry", 'Northwyn Bath Mat, 24" x 16", Ivory', "",
        "浴室地垫", "18.99", 4, 0.105),
    Row("BR-LANTERN-S", "lantern", 'Brambek Garden Lantern, 11" Tall, Weathered Bronze', "",
        "花园灯笼 小", "26.99", 3, 0.070),
    Row("QL-CORD-50", "clips", "Quillow Cord Ties, Reusable, 50 Pack", "",
        "束线带 50根", "8.99", 5, 0.150),
    Row("NW-FILE-12", "desk", "Northwyn Expanding File, 12 Pockets, Navy", "",
        "风琴夹 12格", "17.99", 3, 0.090),
    Row("QL-LAMP-02", "lamp", "Quillow Desk Lamp, Dimmable, White", "",
        "台灯 可调光", "35.99", 3, 0.070, "新品期"),
    Row("NW-BASKET-RD", "bins", 'Northwyn Rope Basket, 13" Round, Cream', "",
        "棉绳篮 圆形", "26.99", 4, 0.100),
)  # fmt: skip


def rows(count: int) -> list[Row]:
    """The first `count` SKUs; beyond the catalogue plain fillers follow."""
    fillers = [
        Row(f"NW-EXTRA-{n:03d}", "desk", f"Northwyn Shelf Label Set No. {n}", "",
            f"标签 {n}", "8.99", 3, 0.08)
        for n in range(len(ROWS) + 1, count + 1)
    ]  # fmt: skip
    return [*ROWS[:count], *fillers]


def products(count: int) -> tuple[Product, ...]:
    """`count` products with ASINs; a second SKU of a title shares the first one's ASIN."""
    made: list[Product] = []
    asins: dict[str, str] = {}
    for row in rows(count):
        family = FAMILIES[row.family]
        asin = asins.setdefault(row.title_en, f"B0EX{len(asins) + 1:06d}")
        number = list(FAMILIES).index(row.family) + 1
        made.append(Product(
            sku=row.sku, asin=asin, family=row.family, brand=family.brand,
            parent_asin=f"B0EX9{number:05d}" if family.shared_parent else asin,
            category=family.category, owner=family.owner, life_stage=row.stage,
            title_en=row.title_en, title_de=row.title_de, name=row.name,
            lead_time_days_sea=family.sea, lead_time_days_air=family.air,
            moq=family.carton * 5, carton=family.carton,
            target_acos=Decimal(family.target_acos), cubic_feet=Decimal(family.cubic_feet),
        ))  # fmt: skip
    return tuple(made)


def listings(made: tuple[Product, ...]) -> tuple[Listing, ...]:
    """Each product's listings: all in the US, those with a German title in DE as well."""
    found: list[Listing] = []
    for product, row in zip(made, rows(len(made)), strict=True):
        fee, price = Decimal(FAMILIES[row.family].fba_fee), Decimal(row.price)
        found.append(Listing(US, product, price, fee, row.sessions, row.conversion))
        if row.title_de:
            pace = min(row.sessions, 30) * 0.40
            found.append(
                Listing(DE, product, price, cents(fee * Decimal("0.86")), pace, row.conversion)
            )
    return tuple(sorted(found, key=lambda listing: MARKETS.index(listing.market)))
