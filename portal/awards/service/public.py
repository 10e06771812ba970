"""What anyone may see of awards: thanks by month, masked names of those who agreed, in alphabetical order."""

from dataclasses import dataclass
from datetime import datetime

from portal.awards import domain, repository
from portal.period import Month

MONTHS_SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class BoardMonth:
    """One month's thanks: `names` masked, `others` who prefer not to be named; `until` while publicity runs."""

    month: Month
    names: tuple[str, ...]
    others: int
    until: datetime | None


def board(*, community: str, now: datetime) -> list[BoardMonth]:
    """Return the last six months' published and publicised awards, the newest first. No score, no rank."""
    this = Month.of(now)
    found = repository.list_rounds(community=community, since=this.plus(-MONTHS_SHOWN), until=this)
    shown = {domain.State.PUBLICISED, domain.State.PUBLISHED}
    return [
        BoardMonth(
            month=each.month,
            names=each.names,
            others=each.others,
            until=each.publicity_ends_at if each.state is domain.State.PUBLICISED else None,
        )
        for each in found
        if each.state in shown
    ]
