"""The moves staff make on a report, and the page for when someone else moved first."""

from typing import Any

from flask import redirect, render_template, request, url_for

from portal import clock
from portal.errors import N_, Conflict
from portal.reports import domain, forms, service
from portal.reports.staff_routes.pages import Answer, blueprint, report_page, surroundings
from portal.web import access, errors

_USE_CASES: dict[str, Any] = {
    "file": service.file_report,
    "reject": service.reject_report,
    "dispatch": service.dispatch_report,
    "sign": service.sign_report,
    "start": service.start_report,
    "handle": service.handle_report,
    "verify": service.verify_report,
    "close": service.close_report,
    "rework": service.rework_report,
}


_FIELD_WORDS = {
    "subcategory": N_("具体类型"),
    "urgency": N_("紧急程度"),
    "place": N_("地点"),
    "reason_code": N_("原因"),
    "note": N_("说明"),
    "department": N_("承办单位"),
    "result": N_("处理结果"),
    "reason": N_("理由"),
}


@blueprint.post("/<reference>/<any(file,reject,dispatch,sign,start,handle,verify,close,rework):name>")
@access.staff()
def move(reference: str, name: str) -> Answer:
    """Make a move; a stale page shows both versions and keeps what was typed."""
    actor, code = access.person(), service.read_reference(reference)
    form = forms.MOVES[name](request.form)
    if not form.validate():
        return report_page(service.get_report(actor=actor, reference=code), name, form, status=422)
    try:
        moved = _USE_CASES[name](
            actor=actor, reference=code, version=form.version.number, now=clock.now(), **form.values()
        )
    except Conflict as conflict:
        return _conflict(code, name, form, conflict)
    if not domain.may_see(report=moved, actor=actor):  # a complaint about the community's own staff goes to the street
        return redirect(url_for("reports_staff.inbox", gone=code), 303)
    return redirect(url_for("reports_staff.report", reference=code, done=name), 303)


@blueprint.post("/<reference>/reveal")
@access.staff()
@access.no_store
def reveal(reference: str) -> Answer:
    """Show the reporter's phone number, once, and write into the history who asked and why."""
    actor, code = access.person(), service.read_reference(reference)
    form = forms.RevealForm(request.form)
    if not form.validate():
        return report_page(service.get_report(actor=actor, reference=code), "reveal", form, status=422)
    try:
        _, phone = service.reveal_phone(
            actor=actor, reference=code, version=form.version.number or 0, reason=form.reason.data, now=clock.now()
        )
    except Conflict as conflict:
        return _conflict(code, "reveal", form, conflict)
    return report_page(service.get_report(actor=actor, reference=code), phone=phone)


def _conflict(code: str, name: str, form: forms.MoveForm, conflict: Conflict) -> tuple[str, int]:
    """Show what the person saw and typed beside what is true now."""
    actor = access.person()
    found = service.get_report(actor=actor, reference=code)
    seen = form.version.number or 0
    open_now = {each.name for each in domain.desk_moves(report=found, actor=actor)} | {"reveal"}
    form.version.data = str(found.version)
    page = render_template(
        "reports/staff/conflict.html",
        report=found,
        says=errors.sentence(conflict),
        seen=domain.state_at(report=found, version=seen),
        news=[line for line in domain.timeline(report=found, staff=True) if line.step.seq > seen],
        label=next(each.label for each in domain.MOVES if each.name == name),
        name=name,
        again=name in open_now,
        form=form,
        typed={field: value for field, value in form.values().items() if value},
        words=_FIELD_WORDS,
        **surroundings(found),
    )
    return page, 409
