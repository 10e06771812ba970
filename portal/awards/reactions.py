"""What awards learn from volunteers: who no longer agrees to be named leaves the board."""

from collections.abc import Callable

from portal.awards import service
from portal.events import Event


def forget_name(event: Event) -> None:
    """Somebody took back the agreement to be named, or left."""
    if event.name == "volunteer.exited" or not event.data["publish_name"]:
        service.forget_name(community=event.deed["community"], volunteer=event.deed["volunteer"], now=event.at)


REACTIONS: dict[str, Callable[[Event], None]] = {
    "volunteer.chose_publication": forget_name,
    "volunteer.exited": forget_name,
}
