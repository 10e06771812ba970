"""Staff look into a volunteer's ledger: read only, and checked while it is read."""

from flask import Blueprint, current_app, render_template, request

from portal.points import rules, service
from portal.volunteers import domain as people
from portal.volunteers import service as volunteers
from portal.web import access
from portal.workflow import Role

blueprint = Blueprint("points_staff", __name__, url_prefix="/staff/points")


@blueprint.get("/<volunteer>")
@access.staff(Role.AUDITOR, Role.COMMUNITY_ADMIN)
@access.no_store
def account(volunteer: str) -> str:
    """Show every entry of a volunteer's account and whether it all adds up."""
    actor = access.person()
    asked, default = request.args.get("community", ""), current_app.extensions["yizhan"].community
    community = people.pick_community(actor=actor, asked=asked, default=default)
    person = volunteers.get_volunteer(actor=actor, community=community, volunteer_id=volunteer)
    audit = service.audit_account(actor=actor, community=community, volunteer=person.id)
    return render_template("points/staff/account.html", person=person, audit=audit, names=rules.NAMES)
