"""Taking a report in: once per form, however often the form arrives."""

import hmac
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from portal import db, limits, privacy
from portal.errors import Busy
from portal.reports import domain, repository, rules
from portal.reports.service import deadlines
from portal.workflow import Actor

_REFERENCE = 8
_SECRET = 24
_CANDIDATES = 8
_TAIL = 4


def submit_report(
    *, draft: domain.Draft, now: datetime, actor: Actor | None = None, address: str = ""
) -> domain.Report:
    """Store a report and return it; the same form again returns the same report.

    `actor` is the volunteer who is signed in, or the staff member who writes down a call. `address` is the sender's,
    for the limits; without one nothing is limited. Raises UnknownCategory, SentBefore, TooMany, Busy.
    """
    rules.current().category(draft.category)
    if address:
        _within_limits(draft, address, now)
    report = _new(draft, actor, now)
    for number in range(_CANDIDATES):
        stored = _store(_named(report, draft, number))
        if stored:
            return stored
    raise Busy


def private_key(*, submission_key: str) -> str:
    """Return the secret of a report's private link; derived, so that a repeated form leads to the same link."""
    return privacy.keyed_code("report-link", submission_key, _SECRET)


def key_fits(*, report: domain.Report, key: str) -> bool:
    """Tell whether a secret is that of this report's private link."""
    return bool(key) and hmac.compare_digest(report.key_hash, privacy.secret_hash("report-link", key))


def tail_fits(*, report: domain.Report, tail: str) -> bool:
    """Tell whether four digits end the phone number left with this report."""
    return bool(report.tail_hash) and hmac.compare_digest(report.tail_hash, _tail_hash(report.reference, tail))


def _within_limits(draft: domain.Draft, address: str, now: datetime) -> None:
    allowed = rules.current().limits
    sender = privacy.secret_hash("address", address)[:12]
    with suppress(Busy):  # a counter that cannot count must not stand between a resident and the community
        limits.hit(
            key=f"report#{draft.placard or draft.community}",
            caps={"everyone": allowed.placard_reports, f"a{sender}": allowed.address_reports},
            window=timedelta(minutes=allowed.window_minutes),
            now=now,
        )


def _new(draft: domain.Draft, actor: Actor | None, now: datetime) -> domain.Report:
    current = rules.current()
    member = actor if actor and actor.kind == "volunteer" and actor.covers(draft.community) else None
    by = actor if actor and actor.kind != "volunteer" else member or domain.REPORTER
    role = min(by.roles).value
    step = domain.Step(
        seq=1, type="report.submitted", actor=by.id, role=role, at=now, data={"channel": draft.channel.value}
    )
    report = domain.Report(
        reference="",
        state=domain.State.SUBMITTED,
        version=1,
        community=draft.community,
        area=draft.area or draft.community,
        category=draft.category,
        description=draft.description,
        place=draft.place,
        channel=draft.channel,
        submitted_at=now,
        urgency=current.category(draft.category).urgency,
        rules=current.version,
        station=draft.station,
        station_name=draft.station_name,
        placard=draft.placard,
        location=draft.location,
        volunteer=member.id if member else "",
        consent=draft.consent,
        key_hash=privacy.secret_hash("report-link", private_key(submission_key=draft.submission_key)),
        form_hash=privacy.keyed_code("form", draft.submission_key, 16),
        body_hash=privacy.keyed_code(
            "body", f"{draft.category}\n{draft.description}\n{draft.place}\n{draft.phone}", 16
        ),
        desk=draft.community,
        history=(step,),
    )
    return replace(report, **deadlines.dues(name="submit", report=report, now=now))


def _named(report: domain.Report, draft: domain.Draft, number: int) -> domain.Report:
    """Return the report under its reference: a keyed code of the form's own key, the next one after a clash."""
    text = f"{draft.submission_key}#{number}" if number else draft.submission_key
    reference = privacy.keyed_code("reference", text, _REFERENCE)
    if not draft.phone:
        return replace(report, reference=reference)
    return replace(
        report,
        reference=reference,
        phone_token=privacy.encrypt(draft.phone, f"report:{reference}"),
        phone_hash=privacy.phone_hash(draft.phone),
        tail_hash=_tail_hash(reference, draft.phone[-_TAIL:]),
    )


def _tail_hash(reference: str, tail: str) -> str:
    return privacy.secret_hash(f"tail:{reference}", tail)


def _store(report: domain.Report) -> domain.Report | None:
    """Store a new report, or return the one that the same form made before; None when another form has the reference.

    A put whose answer was lost reports failure though it is stored, so every failure is read back.
    """
    try:
        repository.add_report(report)
    except (db.ConditionFailed, Busy) as failure:
        found = repository.find_report(report.reference)
        if found is None:
            raise Busy from failure
        if found.form_hash != report.form_hash:
            return None
        if found.body_hash != report.body_hash:
            raise domain.SentBefore(reference=f"{found.reference[:4]}-{found.reference[4:]}") from None
        return found
    return report
