"""Commands about places: when a limit ends, and days a place works when others do not."""

from datetime import datetime

import click
from flask.cli import AppGroup

from portal.areas import domain, service
from portal.errors import PortalError
from portal.period import SHANGHAI

group = AppGroup("areas", help="Places and their working calendar.")


@group.command()
@click.option("--from", "start", required=True, type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="Beijing time.")
@click.option("--limit", required=True, help="4wh working hours, 2wd working days, 3eh plain hours.")
@click.option("--area", default="", help="The code of a place; without it, the published calendar counts.")
def deadline(start: datetime, limit: str, area: str) -> None:
    """Print when a limit ends.

    Example: flask --app portal.app areas deadline --from 2026-11-20T16:30 --limit 4wh
    """
    try:
        if area:
            service.get_area(code=area)
        ends = service.due_at(area=area, start=start.replace(tzinfo=SHANGHAI), limit=limit)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    provisional = domain.is_provisional(calendar=service.calendar_for(area=area), at=ends)
    mark = " provisional: this year's holidays are not published yet" if provisional else ""
    click.echo(f"{ends.astimezone(SHANGHAI):%Y-%m-%dT%H:%M %a}{mark}")


@group.command("set-day")
@click.option("--area", required=True, help="The code of the place; all within it follow.")
@click.option("--day", required=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--works/--rests", required=True, default=None)
def set_day(area: str, day: datetime, works: bool) -> None:  # noqa: FBT001 - click passes a flag as it is
    """Say that a place works or rests on a day, whatever the published calendar says.

    Example: flask --app portal.app areas set-day --area 320105 --day 2027-02-17 --rests
    """
    try:
        place = service.set_working_day(area=area, day=day.date(), works=works)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{place.code} {place.name}: {day:%Y-%m-%d} {'works' if works else 'rests'}")
