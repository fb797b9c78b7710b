"""`opsheet demo`: the example store from files to filled workbooks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from macros.cli import show


@click.command("demo", short_help="Build the example store and fill every template.")
@click.option("--out", "folder", default="demo", type=click.Path(path_type=Path), show_default=True,
              metavar="DIR", help="Where the reports, the store and the workbooks go.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True,
              help="Language of the workbooks.")
@show.json_option
def command(folder: Path, lang: str, as_json: bool) -> int:
    """Write 26 weeks of reports of an invented store in Amazon's own formats (US and Germany),
    import them and fill every template, all below one folder.
    """
    from macros.demo import demo

    made = demo(folder, lang, lambda _: None)
    counts = Counter(outcome.status for outcome in made.outcomes)
    if as_json:
        show.document({"reports": str(made.reports), "imports": dict(counts),
                       "workbooks": [str(path) for path in made.workbooks]})
    else:
        said = ", ".join(f"{number} {status}" for status, number in counts.items())
        click.echo(f"{made.reports}: {len(made.outcomes)} report files, {said}")
        for path in made.workbooks:
            click.echo(f"{path}: open it")
    return int(bool(counts["refused"]))
