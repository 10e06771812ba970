"""The operator's commands for accounts: the first administrator, a lost password, someone who must be shut out."""

import click
from flask.cli import AppGroup

from portal import clock, workflow
from portal.accounts import domain, service
from portal.errors import PortalError
from portal.workflow import Role

group = AppGroup(
    "accounts",
    help="Staff accounts. Everyday changes are made on /staff/people; these are for when no administrator can.",
)

_example = "\b\nExample:\n  flask --app portal.app accounts "


@group.command(
    "create-admin",
    help="Add a community administrator. Asks for the password, at least 10 characters.\n\n"
    f"{_example}create-admin --username chen.lan --name 陈兰 --area 320105902901",
)
@click.option("--username", required=True, help="3 to 32 small letters, digits, dots or hyphens.")
@click.option("--name", required=True, help="The name colleagues see.")
@click.option("--area", required=True, help="Code of the area to look after: 6, 9, 12, 15 or 17 digits.")
@click.password_option()
def create_admin(username: str, name: str, area: str, password: str) -> None:
    """Add an administrator whose password the operator chose."""
    draft = domain.NewStaff(
        username=domain.plain_username(username),
        name=name,
        roles=frozenset({Role.COMMUNITY_ADMIN}),
        scope=area,
    )
    try:
        service.add_staff(actor=workflow.SYSTEM, draft=draft, now=clock.now(), password=password)
    except PortalError as error:
        raise _plain(error) from None
    click.echo(f"Added {draft.username}, administrator of {area}. They sign in at /staff/sign-in.")


@group.command(
    "reset-password",
    help="Give someone a temporary password, valid for three days; every session of theirs ends.\n\n"
    f"{_example}reset-password --username chen.lan",
)
@click.option("--username", required=True)
def reset_password(username: str) -> None:
    """Print a temporary password."""
    try:
        password = service.reset_password(actor=workflow.SYSTEM, username=username, now=clock.now())
    except PortalError as error:
        raise _plain(error) from None
    click.echo(f"Temporary password: {password}")


@group.command(
    "disable",
    help="Close someone's account at once and end every session of theirs; what they did keeps their name.\n\n"
    f"{_example}disable --username chen.lan",
)
@click.option("--username", required=True)
def disable(username: str) -> None:
    """Close an account."""
    try:
        service.leave(actor=workflow.SYSTEM, username=username, now=clock.now())
    except PortalError as error:
        raise _plain(error) from None
    click.echo(f"Closed {username}.")


def _plain(error: PortalError) -> click.ClickException:
    """Return an error as one line for the terminal."""
    words = getattr(error, "fields", {}).values()
    return click.ClickException("；".join(words) or str(error))
