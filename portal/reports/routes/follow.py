"""The follow page, and the moves of whoever holds a report's private link."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock, fields
from portal.areas import service as areas
from portal.errors import N_, NotFound
from portal.reports import domain, forms, rules, service
from portal.reports.routes.pages import Answer, blueprint
from portal.web import access, errors
from portal.workflow import Actor, Role

_JUST_SENT = timedelta(minutes=10)


@blueprint.get("/t")
@access.public
def lookup() -> Answer:
    """Ask for a reference."""
    return render_template("reports/lookup.html", form=forms.LookupForm(), faults={})


@blueprint.post("/t")
@access.public
@access.no_store
def find() -> Answer:
    """Lead to a report's page, or show its details at once when the phone's last digits fit."""
    form = forms.LookupForm(request.form)
    if not form.validate():
        return render_template("reports/lookup.html", form=form, faults=fields.faults(form)), 422
    try:
        found = service.follow_report(
            reference=form.reference.data, tail=form.tail.data, now=clock.now(), address=access.address()
        )
    except domain.UnknownReport as error:
        faults = {"reference": errors.sentence(error)}
        return render_template("reports/lookup.html", form=form, faults=faults), 404
    if not form.tail.data:
        return redirect(url_for("reports.follow", reference=found.report.reference), 303)
    if not found.known:
        faults = {"tail": N_("手机号后 4 位对不上，请检查一下；不填也能看办理状态")}
        return render_template("reports/lookup.html", form=form, faults=faults), 422
    return _follow_page(found)


@blueprint.get("/t/<reference>")
@access.public
@access.no_store
def follow(reference: str) -> Answer:
    """Show how far a report is: its status to anyone, everything to whoever has the private link."""
    return _follow_page(_found(reference, request.args.get("key", "")))


@blueprint.post("/t/<reference>/rating")
@access.public
def rate(reference: str) -> Answer:
    """Take a rating of one tap."""
    key = _key()
    form = forms.RatingForm(request.form)
    if not form.validate():
        return _follow_page(_found(reference, key), fields.faults(form), 422)
    return _after(reference, key, service.rate_report, rating=form.rating.number or 0)


@blueprint.post("/t/<reference>/reopen")
@access.public
def reopen(reference: str) -> Answer:
    """Take "not solved"."""
    key = _key()
    form = forms.ReopenForm(request.form)
    if not form.validate():
        return _follow_page(_found(reference, key), fields.faults(form), 422, reason=form.reason.data)
    return _after(reference, key, service.reopen_report, reason=form.reason.data)


@blueprint.post("/t/<reference>/withdraw")
@access.public
def withdraw(reference: str) -> Answer:
    """Take a report back."""
    return _after(reference, _key(), service.withdraw_report)


@blueprint.post("/t/<reference>/claim")
@access.public
def claim(reference: str) -> Answer:
    """Link a report to the volunteer who is signed in; others sign in first and come back."""
    key = _key()
    person = access.actor()
    if person is None:
        back = url_for("reports.follow", reference=reference, key=key)
        return redirect(f"/sign-in?{_query(next=back)}", 303)
    return _after(reference, key, service.claim_report, actor=person)


def _query(**values: str) -> str:
    return urlencode(values)


def _key() -> str:
    return request.form.get("key") or request.args.get("key", "")


def _found(reference: str, key: str) -> service.Followed:
    return service.follow_report(reference=reference, key=key, now=clock.now(), address=access.address())


def _after(reference: str, key: str, use_case: Any, **given: Any) -> Response:
    """Make a reporter's move and lead back to the page; a second tap on the same button is no fault."""
    code = service.read_reference(reference)
    with suppress(domain.OnlyOnce):
        use_case(reference=code, key=key, now=clock.now(), **given)
    return redirect(url_for("reports.follow", reference=code, key=key), 303)


def _follow_page(
    found: service.Followed, faults: dict[str, str] | None = None, status: int = 200, reason: str = ""
) -> tuple[str, int]:
    report, now = found.report, clock.now()
    current = rules.current()
    case = current.subcategories.get(report.subcategory)
    member = access.actor() if found.keyed else None
    moves = domain.reporter_moves(report=report, actor=domain.REPORTER, rules=current, now=now) if found.keyed else []
    page = render_template(
        "reports/follow.html",
        report=report,
        known=found.known,
        key=_key() if found.keyed else "",
        moves=moves,
        claim=found.keyed and _claimable(report, member),
        member=member,
        stages=domain.STAGES,
        stage=domain.stage(report.state),
        promise=domain.promise(report.state),
        late=report.broke_promise(now),
        lines=domain.timeline(report=report) if found.known else [],
        rejected=current.reject_reasons.get(_reason_code(report), ""),
        rules=current,
        case=case,
        sent=found.keyed and report.version == 1 and now - report.submitted_at < _JUST_SENT,
        community=_community(report.community),
        faults=faults or {},
        reason=reason,
    )
    return page, status


def _claimable(report: domain.Report, member: Actor | None) -> bool:
    """Tell whether to offer the claim: to a volunteer, or to someone who may yet sign in as one."""
    anyone = Actor(id="", kind="volunteer", roles=frozenset({Role.VOLUNTEER}), scope=report.community)
    someone = member or anyone
    moves = domain.reporter_moves(report=report, actor=someone, rules=rules.current(), now=clock.now())
    return "claim" in moves


def _reason_code(report: domain.Report) -> str:
    codes = [str(step.data.get("reason_code", "")) for step in report.history if step.type == "report.rejected"]
    return codes[-1] if codes else ""


def _community(code: str) -> Any:
    try:
        return areas.get_community(code=code)
    except NotFound:
        return None
