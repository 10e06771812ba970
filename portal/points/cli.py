"""Commands of the points ledger."""

import click
from flask.cli import AppGroup

from portal.points import service

group = AppGroup("points", help="The points ledger.")


@group.command("verify")
def verify() -> None:
    """Check every account: entries without a gap, chain unbroken, balance equal to its entries.

    Example: flask --app portal.app points verify
    """
    checked = wrong = 0
    for community, volunteer, faults in service.verify_accounts():
        checked += 1
        for fault in faults:
            click.echo(f"{community} {volunteer}: {fault}")
        wrong += bool(faults)
        if checked % 500 == 0:
            click.echo(f"{checked} accounts checked", err=True)
    click.echo(f"{checked} accounts checked, {wrong} with faults")
    if wrong:
        raise SystemExit(1)
