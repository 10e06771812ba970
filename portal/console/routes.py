"""What anyone sees first: home, the public board, help, and how personal data is handled."""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.areas import domain as areas_domain
from portal.areas import service as areas
from portal.console import service
from portal.errors import N_, NotFound
from portal.period import Month
from portal.stations import domain as stations
from portal.web import access, language

blueprint = Blueprint("console", __name__)

Answer = str | Response | tuple[str, int]
_NO_SUCH_CODE = N_("站牌编号是 6 位字母和数字，请对照站牌再输一次。")


@blueprint.get("/")
@access.public
def home() -> Answer:
    """Show the three doors; a placard's code typed here opens its form."""
    typed = request.args.get("code", "")
    code = stations.read_code(typed)
    if code:
        return redirect(f"/s/{code}", 303)
    faults = {"code": _NO_SUCH_CODE} if typed else {}
    page = render_template("console/home.html", faults=faults, typed=typed[:40], board=_last_month())
    return page, 422 if faults else 200


@blueprint.get("/board")
@access.public
def board() -> Answer:
    """Show the board of the community that opens by default."""
    community = current_app.extensions["yizhan"].community
    if not community:
        abort(404)
    return _board(community)


@blueprint.get("/board/<area_code>")
@access.public
def area_board(area_code: str) -> Answer:
    """Show a community's board, or the places below a district or street."""
    area = areas.get_area(code=area_code)
    if area.level in {areas_domain.Level.DISTRICT, areas_domain.Level.STREET}:
        return render_template("console/places.html", area=area, places=areas.list_areas(parent=area.code))
    return _board(area.code)


@blueprint.get("/help")
@access.public
def help_page() -> str:
    """Say how to report, follow, and take part."""
    return render_template("console/help.html")


@blueprint.get("/privacy")
@access.public
def privacy() -> str:
    """Say which personal data is kept, what for, how long, who sees it, and which rights people have."""
    return render_template("console/privacy.html")


def _board(community: str) -> str:
    now = clock.now()
    this = Month.of(now)
    month = _month(request.args.get("month", ""), this)
    shown = service.view_board(
        community=community, month=month, now=now, with_thanks=month == this, language=language.language()
    )
    here = url_for("console.area_board", area_code=community)
    return render_template("console/board.html", board=shown, this=this, here=here)


def _last_month() -> service.Board | None:
    """Return last month's board for the home page; home stays open where no community is set up."""
    now = clock.now()
    community = current_app.extensions["yizhan"].community
    try:
        return service.view_board(
            community=community,
            month=Month.of(now).previous(),
            now=now,
            with_thanks=False,
            language=language.language(),
        )
    except NotFound:
        return None


def _month(text: str, default: Month) -> Month:
    try:
        return Month.parse(text) if text else default
    except ValueError:
        abort(404)
