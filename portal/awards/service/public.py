"""What anyone may see of awards: thanks by month, masked names of those who agreed, in alphabetical order."""

from dataclasses import dataclass
from datetime import datetime

from portal.awards import domain, repository
from portal.period import Month


@dataclass(frozen=True, kw_only=True)
class BoardMonth:
    """One month's thanks: `names` masked, `others` who prefer not to be named; `until` while publicity runs."""

    month: Month
    names: tuple[str, ...]
    others: int
    until: datetime | None


def board(*, community: str, now: datetime) -> list[BoardMonth]:
    """Return the last months' published and publicised awards, the newest first. No score, no rank."""
    return [
        BoardMonth(
            month=each.month,
            names=each.names,
            others=each.others,
            until=each.publicity_ends_at if each.state is domain.State.PUBLICISED else None,
        )
        for each in repository.list_shown(community=community, now=now)
    ]
