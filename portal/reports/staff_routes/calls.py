"""A call or a visit, written down by staff."""

from typing import Any

from flask import redirect, render_template, request, url_for

from portal import clock, fields, ids
from portal.areas import domain as places
from portal.areas import service as areas
from portal.errors import N_, NotFound
from portal.reports import domain, forms, rules, service
from portal.reports.staff_routes.pages import WRITERS, Answer, blueprint, desk_name
from portal.web import access, errors, language
from portal.workflow import Actor

_COMMUNITY_DIGITS = 12


@blueprint.get("/new")
@access.staff(*WRITERS)
def new() -> Answer:
    """Show the form for a call or a visit."""
    community = _community(access.person())
    form = forms.CallForm(data={"submission_key": ids.new_code(24), "channel": domain.Channel.PHONE.value})
    return _new_page(community, form, {})


@blueprint.post("/new")
@access.staff(*WRITERS)
def write() -> Answer:
    """Store what was written down of a call or a visit."""
    actor = access.person()
    community = _community(actor)
    form = forms.CallForm(request.form)
    form.area.choices = _grids(community)
    if not form.validate():
        return _new_page(community, form, fields.faults(form), 422)
    where = domain.Draft(submission_key="", category="", description="", community=community)
    try:
        found = service.submit_report(draft=form.draft(where), now=clock.now(), actor=actor)
    except domain.SentBefore as error:
        form.submission_key.data = ids.new_code(24)
        return _new_page(community, form, {"send": errors.sentence(error)}, 409)
    return redirect(url_for("reports_staff.new", sent=found.reference), 303)


def _community(actor: Actor) -> str:
    """Return the community a staff member writes for. Raises NotFound for someone who has none."""
    codes = [code for code in (actor.scope, *actor.desks) if code.isdigit() and len(code) >= _COMMUNITY_DIGITS]
    if not codes:
        raise NotFound(N_("您的工作范围不是某个社区，请由社区的同事登记。"))
    return places.community_of(codes[0])


def _grids(community: str) -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in areas.list_areas(parent=community)] or [
        (community, desk_name(community))
    ]


def _new_page(community: str, form: Any, faults: dict[str, str], status: int = 200) -> tuple[str, int]:
    form.area.choices = _grids(community)
    if "submission_key" in faults:
        form.submission_key.data = ids.new_code(24)
    tiles = [(tile.code, tile.title(language.language())) for tile in rules.current().tiles]
    sent = request.args.get("sent", "") if request.method == "GET" else ""
    page = render_template(
        "reports/staff/new.html",
        form=form,
        faults=faults,
        tiles=tiles,
        most=forms.MOST_WORDS,
        sent=service.read_reference(sent) if sent else "",
    )
    return page, status
