"""A volunteer's own honours and monthly score. Nobody else's are ever shown."""

from flask import Blueprint, abort, render_template, request

from portal import clock
from portal.awards import domain, service
from portal.period import Month
from portal.web import access

blueprint = Blueprint("awards", __name__)


@blueprint.get("/me/certificates")
@access.volunteer
@access.no_store
def certificates() -> str:
    """List the volunteer's own honours."""
    honours = service.list_honours(volunteer=access.person().id)
    return render_template("awards/certificates.html", honours=honours, title_of=domain.honour_title)


@blueprint.get("/me/scores")
@access.volunteer
@access.no_store
def scores() -> str:
    """Show the volunteer's own month: the score, what it is made of, how far the shortlist was."""
    now = clock.now()
    month = _month(request.args.get("month", ""), Month.of(now))
    shown = service.view_own_month(actor=access.person(), month=month, now=now)
    return render_template("awards/scores.html", view=shown, this=Month.of(now), words=domain)


def _month(text: str, default: Month) -> Month:
    try:
        return Month.parse(text) if text else default
    except ValueError:
        abort(404)
