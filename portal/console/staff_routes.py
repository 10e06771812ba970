"""The first page of staff: what waits for them today."""

from flask import Blueprint, current_app, render_template

from portal import clock
from portal.awards import domain as awards
from portal.console import service
from portal.volunteers import domain as people
from portal.web import access

blueprint = Blueprint("console_staff", __name__)


@blueprint.get("/staff")
@access.staff()
@access.no_store
def today() -> str:
    """Show the desks and lists that are this person's, with what waits in each."""
    person = access.person()
    community = people.pick_community(actor=person, asked="", default=current_app.extensions["yizhan"].community)
    waiting = service.view_today(actor=person, community=community, now=clock.now())
    return render_template(
        "console/staff/today.html", person=person, waiting=waiting, community=community, labels=awards.STATE_LABELS
    )
