"""What several commands share: the settings they work with, and words they all read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from macros.jobs import Context


def context() -> Context:
    """Settings, store and the present moment."""
    from macros import jobs, settings

    return jobs.Context(settings.load(), jobs.utc_now())


class Marketplace(click.ParamType[str]):
    """A marketplace by code, name or domain: US, Germany, 德国, amazon.co.uk."""

    name = "marketplace"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        from workbook.marketplaces import BY_CODE, marketplace_code

        code = marketplace_code(str(value))
        if code not in BY_CODE:
            self.fail(f"'{value}' is no marketplace; give one of {', '.join(BY_CODE)}.", param, ctx)
        assert code is not None
        return code


class Names(click.ParamType[tuple[str, ...]]):
    """Names with commas between them."""

    name = "names"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        return tuple(name.strip() for name in str(value).split(",") if name.strip())


store_option = click.option("--store", default="", metavar="NAME",
                            help="The store (seller account).")
marketplace_option = click.option("--marketplace", default=None, type=Marketplace(), metavar="CODE",
                                  help="US, CA, UK, DE, JP, …")
