"""`jiantu …`: the command line, a module for each subject. It calls `geo` and prints what came of it.

Heavy libraries are imported by the commands that need them, so that the others start at once.
"""

from __future__ import annotations

import click

from app.cli import accounts, backups, days, feeds, overlaps, public, server, tables
from app.config import Settings
from app.console import say
from geo.errors import JiantuError


class _Commands(click.Group):
    """Turns errors that a person can be told about into one sentence and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except JiantuError as error:
            say(f"✗ {error}", error=True)
            ctx.exit(1)


@click.group(cls=_Commands)
@click.version_option(package_name="jiantu")
@click.pass_context
def main(ctx: click.Context) -> None:
    """建图 Jiantu: 城市建设一张图 / the live map of a city's construction."""
    ctx.obj = Settings()


for command in (
    server.init,
    server.up,
    backups.backup,
    backups.restore,
    tables.import_file,
    tables.export_ledger,
    tables.template,
    tables.mappings,
    tables.snapshot,
    tables.place,
    days.lamps,
    days.why,
    days.roll,
    days.ledger,
    overlaps.overlaps,
    overlaps.coordinate,
    accounts.account,
    public.public,
    feeds.feed,
):
    main.add_command(command)
