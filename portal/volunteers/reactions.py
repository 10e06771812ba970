"""What volunteers are told when staff have decided."""

from collections.abc import Callable

from portal.events import Event
from portal.volunteers import service


def tell_decision(event: Event) -> None:
    """Tell a person whether their application was accepted."""
    service.tell_decision(
        volunteer_id=event.deed["volunteer"],
        community=event.deed["community"],
        name=event.deed["name"],
        key=event.key,
        accepted=event.name == "volunteer.verified",
        now=event.at,
    )


REACTIONS: dict[str, Callable[[Event], None]] = {
    "volunteer.verified": tell_decision,
    "volunteer.rejected": tell_decision,
}
