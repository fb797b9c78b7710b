"""The advertising campaigns, and what customers type before they click."""

from typing import NamedTuple

from .goods import Campaign
from .plot import BAD_CAMPAIGN, BEST_TERM, WASTED_TERM


class Term(NamedTuple):
    """A customer search term: how often it is clicked and how well it sells (1 = as usual)."""

    text: str
    weight: float
    quality: float


AUTO = (("close-match", "-"), ("loose-match", "-"), ("substitutes", "-"))

CAMPAIGNS = (
    Campaign(BAD_CAMPAIGN, "US", "Kitchen", "SP", "manual", ("kitchen",),
             (("dish rack", "BROAD"), ("drying mat", "BROAD")), 0.34, 0.25, 90),
    Campaign("SP | Auto | Storage", "US", "Storage", "SP", "auto", ("bins", "hooks"),
             AUTO, 0.14, 0.29, 40),
    Campaign("SP | Exact | Bins", "US", "Storage", "SP", "manual", ("bins",),
             (("fabric storage bins", "EXACT"), ("closet storage bins", "EXACT")),
             0.18, 0.23, 45),
    Campaign("SP | Phrase | Hooks", "US", "Storage", "SP", "manual", ("hooks", "clips"),
             (("door hooks", "PHRASE"), ("cable clips", "PHRASE")), 0.16, 0.24, 30),
    Campaign("SP | Exact | Desk", "US", "No Portfolio", "SP", "manual", ("desk",),
             (("desk organizer", "EXACT"), ("wood desk organizer", "EXACT")), 0.24, 0.26, 60),
    Campaign("SP | Auto | Bath", "US", "No Portfolio", "SP", "auto", ("towels", "laundry"),
             AUTO, 0.24, 0.26, 30),
    Campaign("SP | Broad | Table & Garden", "US", "No Portfolio", "SP", "manual",
             ("table", "garden", "kettle"), (("kettle", "BROAD"), ("table linen", "BROAD")),
             0.18, 0.25, 30),
    Campaign("SB | Brand | Northwyn", "US", "Brand", "SB", "manual",
             ("bins", "desk", "towels", "laundry"), (), 0.05, 0.16, 25),
    Campaign("SB | Video | Kitchen", "US", "Brand", "SB", "manual",
             ("kitchen", "kettle"), (), 0.07, 0.27, 25),
    Campaign("SP-自动-收纳", "DE", "收纳", "SP", "auto", ("bins", "hooks", "clips"),
             AUTO, 0.26, 0.29, 25),
    Campaign("SP-精准-桌面", "DE", "办公", "SP", "manual", ("desk",),
             (("schreibtisch organizer", "EXACT"),), 0.26, 0.25, 20),
    Campaign("SP-广泛-厨房", "DE", "厨房", "SP", "manual", ("kitchen", "kettle"),
             (("abtropfgestell", "BROAD"), ("wasserkocher", "BROAD")), 0.28, 0.28, 25),
)  # fmt: skip

_ASINS = (Term("b0ex700011", 0.5, 0.5), Term("b0ex700023", 0.4, 0.7))

TERMS_US = {
    "bins": (Term("fabric storage bins", 5, 1.2), Term("closet storage bins", 4, 1.1),
             Term("storage bins with handles", 2, 1.0), Term("toy bins", 1.5, 0.5)),
    "hooks": (Term("over the door hooks", 5, 1.2), Term("door hooks for towels", 3, 1.1),
              Term("adhesive hooks", 2, 0.9), Term("hook for heavy coats", 1, 0.6)),
    "clips": (Term("cable clips", 4, 1.1), Term("cord organizer", 2, 0.9)),
    "desk": (Term("desk organizer", 6, 1.1), Term("wood desk organizer", 4, 1.2),
             Term("desk organizer with drawers", 2, 0.6), Term("office supplies", 1, 0.4)),
    "kitchen": (Term("dish rack", 5, 1.1), Term(BEST_TERM, 3, 1.6),
                Term("dish drying rack over sink", 3, 0.8), Term("dish drying mat", 3, 1.1),
                Term("glass jars with lids", 2, 1.0)),
    "kettle": (Term("gooseneck kettle", 4, 1.1), Term("pour over kettle", 2, 1.0),
               Term("stovetop kettle", 1, 0.4)),
    "towels": (Term("bath towels set", 5, 1.1), Term("cotton bath towels", 3, 1.0),
               Term("beach towels", 1, 0.3)),
    "laundry": (Term("laundry hamper", 4, 1.1), Term("large laundry basket", 3, 1.0)),
    "garden": (Term("ceramic planter 6 inch", 4, 1.1), Term("indoor plant pot", 3, 0.9)),
    "table": (Term("creme brulee ramekins", 3, 1.2), Term("crème brûlée dishes", 1, 1.2),
              Term("reusable ice packs", 3, 1.1), Term("acacia cutting board", 2, 0.9)),
}  # fmt: skip

TERMS_DE = {
    "bins": (Term("aufbewahrungsbox stoff", 5, 1.1), Term("kisten aufbewahrung", 3, 0.9)),
    "hooks": (Term("türhaken", 4, 1.2), Term("haken zum hängen tür", 2, 1.0)),
    "clips": (Term("kabelclips", 3, 1.0),),
    "desk": (Term("schreibtisch organizer", 5, 1.1), Term("stiftehalter holz", 2, 0.7)),
    "kitchen": (Term("abtropfgestell", 5, 1.1), Term("geschirrabtropfer groß", 3, 1.0),
                Term("abtropfmatte", 2, 1.0)),
    "kettle": (Term("schwanenhals wasserkocher", 3, 1.1), Term("wasserkocher retro", 1, 0.5)),
}  # fmt: skip


def terms_of(campaign: Campaign, family: str) -> tuple[Term, ...]:
    """The search terms that lead to a family through a campaign."""
    pool = (TERMS_US if campaign.marketplace == "US" else TERMS_DE)[family]
    if campaign.targeting == "auto":
        return pool + _ASINS
    if campaign.name == BAD_CAMPAIGN:
        return (*pool, Term(WASTED_TERM, 2.2, 0.0))
    if campaign.targets[0][1] == "EXACT":
        exact = tuple(term for term in pool if term.text in dict(campaign.targets))
        return exact or pool
    return pool
