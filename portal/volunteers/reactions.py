"""What follows when staff have decided or someone left: they are told, and whoever is gone is signed out."""

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


def turn_away(event: Event) -> None:
    """Tell whose application was rejected, and end their sessions."""
    tell_decision(event)
    sign_out(event)


def sign_out(event: Event) -> None:
    """End the sessions of who left: also one that began in the very moment, or that a failure left open."""
    service.sign_out_everywhere(volunteer_id=event.deed["volunteer"])


REACTIONS: dict[str, Callable[[Event], None]] = {
    "volunteer.verified": tell_decision,
    "volunteer.rejected": turn_away,
    "volunteer.exited": sign_out,
}
