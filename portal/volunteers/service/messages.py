"""Messages to volunteers, each to the number they have when it is sent."""

from datetime import datetime

from portal.notices import service as notices
from portal.volunteers.service import people


def deliver_notices(*, now: datetime) -> int:
    """Send what is due and return how many messages went out."""
    return notices.deliver_due(now=now, look_up=_phone)


def _phone(recipient: str) -> str | None:
    """Return the number behind `volunteer/<community>/<id>`; nobody else is written to yet."""
    kind, _, place = recipient.partition("/")
    community, _, volunteer_id = place.partition("/")
    return people.find_phone(community=community, volunteer_id=volunteer_id) if kind == "volunteer" else None
