"""A person joins."""

from datetime import date, datetime, timedelta

from portal import events, ids, limits, period, privacy
from portal.volunteers import domain, repository, rules
from portal.volunteers.service.door import as_actor


def rules_of(*, community: str, on: date) -> domain.Rules:
    """Return the numbers in force for a community on a day."""
    return domain.rules_for(versions=rules.versions(), area=community, on=on)


def apply(*, draft: domain.Application, now: datetime) -> domain.Volunteer:
    """Take a person's application.

    Raises TooYoung, GuardianNeeded, BadBirthday; AlreadyJoined when the number belongs to a volunteer, which the
    page must not tell a stranger.
    """
    today = period.local_day(now)
    domain.check_place(application=draft)
    domain.check_age(application=draft, today=today, rules=rules_of(community=draft.community, on=today))
    volunteer = domain.Volunteer(
        id=ids.new_id("V"),
        community=draft.community,
        area=draft.area,
        name=draft.name,
        phone_masked=privacy.mask_phone(draft.phone),
        kind=draft.kind,
        state=domain.State.APPLIED,
        version=1,
        publish_name=draft.publish_name,
        birth_on=draft.birth_on,
        joined_on=today,
        applied_at=now,
        consent_version=draft.consent_version,
        guardian_name=draft.guardian.name if draft.guardian else "",
        guardian_phone_masked=privacy.mask_phone(draft.guardian.phone) if draft.guardian else "",
    )
    entry = events.entry(
        seq=1,
        type="volunteer.applied",
        actor=as_actor(volunteer=volunteer),
        at=now,
        data={"consent_version": draft.consent_version, "publish_name": draft.publish_name},
    )
    return repository.add_volunteer(volunteer=volunteer, application=draft, history=[entry])


def limit_joins(*, community: str, address: str, now: datetime) -> None:
    """Count one more sign-up from an address. Raises TooMany."""
    numbers = rules_of(community=community, on=period.local_day(now))
    window = timedelta(minutes=numbers.joins_window_minutes)
    key = f"join#{privacy.secret_hash('address', address)[:32]}"
    limits.hit(key=key, caps={"sent": numbers.joins_per_address}, window=window, now=now)
