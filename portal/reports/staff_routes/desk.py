"""A desk's open reports, and one of them."""

from flask import render_template, request

from portal import clock
from portal.reports import domain, rules, service
from portal.reports.staff_routes.pages import WRITERS, Answer, blueprint, desk_name, report_page
from portal.web import access, paging

_OPEN_STATES = [state for state in domain.State if state in domain.OPEN]


@blueprint.get("")
@access.staff()
def inbox() -> Answer:
    """Show a desk's open reports, the one with the least time left first."""
    actor = access.person()
    desk = request.args.get("desk") or next(iter(actor.desks), "")
    found = None
    state = _state(request.args.get("state", ""))
    if desk:
        cursor = paging.opened(f"desk:{desk}")
        found = service.list_desk(actor=actor, desk=desk, state=state, cursor=cursor)
    return render_template(
        "reports/staff/inbox.html",
        desks=[(each, desk_name(each)) for each in actor.desks],
        desk=desk,
        states=_OPEN_STATES,
        labels=domain.LABELS,
        state=state,
        found=found,
        after=paging.seal(found.cursor, f"desk:{desk}") if found else None,
        rules=rules.current(),
        now=clock.now(),
        writes=actor.has(*WRITERS),
        gone="gone" in request.args,
    )


def _state(text: str) -> domain.State | None:
    return domain.State(text) if text in {each.value for each in _OPEN_STATES} else None


@blueprint.get("/<reference>")
@access.staff()
@access.no_store
def report(reference: str) -> Answer:
    """Show a report, its history, and the moves this person can make."""
    return report_page(service.get_report(actor=access.person(), reference=reference))
