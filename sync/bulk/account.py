"""What an ads account holds, by names and ids, as its bulk sheet says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal

from workbook.models.search_terms.words import folded


@dataclass(frozen=True, slots=True)
class Entity:
    """One row of the sheet "Sponsored Products Campaigns"; "" and None are blank cells.

    `entity`, `operation`, `state`, `match_type` and `targeting_type` are the words of
    `sync.reports.ads_bulk` (negative_keyword, create, enabled, negativeExact, auto). A row with
    an operation is a change to upload, one without is what the account holds.
    """

    entity: str
    operation: str = ""
    campaign_id: str = ""
    ad_group_id: str = ""
    keyword_id: str = ""
    product_targeting_id: str = ""
    campaign: str = ""
    ad_group: str = ""
    targeting_type: str = ""
    state: str = ""
    default_bid: Decimal | None = None
    bid: Decimal | None = None
    keyword_text: str = ""
    match_type: str = ""
    expression: str = ""

    @property
    def own_id(self) -> str:
        """The id of the keyword or target."""
        return self.product_targeting_id if self.is_product else self.keyword_id

    @property
    def is_product(self) -> bool:
        return self.entity in ("product_target", "negative_product_target")

    @property
    def what(self) -> tuple[str, str, str, str, str]:
        """Two entities with the same are duplicates: Amazon takes only one of them."""
        text = self.expression if self.is_product else self.keyword_text
        return (self.entity, self.campaign_id, self.ad_group_id, self.match_type, folded(text))


FIELDS = tuple(item.name for item in fields(Entity))


class Account:
    """The living entities of an account (none archived, no changes), found by name or content."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.campaigns: dict[str, Entity] = {}  # by id
        self.ad_groups: dict[tuple[str, str], list[Entity]] = defaultdict(list)  # by both names
        self.children: dict[str, list[Entity]] = defaultdict(list)  # by ad group id
        self.like: dict[tuple[str, str, str, str, str], list[Entity]] = defaultdict(list)
        groups = []
        for entity in entities:
            if entity.operation or entity.state == "archived":
                continue
            if entity.entity == "campaign":
                self.campaigns[entity.campaign_id] = entity
            elif entity.entity == "ad_group":
                groups.append(entity)
            else:
                self.children[entity.ad_group_id].append(entity)
                self.like[entity.what].append(entity)
        for group in groups:
            campaign = self.campaigns.get(group.campaign_id)
            if campaign is not None:
                self.ad_groups[campaign.campaign, group.ad_group].append(group)

    def has(self, entity: Entity) -> bool:
        return bool(self.like.get(entity.what))

    def holds(self, ad_group_id: str, entity: str) -> bool:
        """Does the ad group hold any entity of this sort?"""
        return any(child.entity == entity for child in self.children.get(ad_group_id, ()))
