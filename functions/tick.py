"""Every five minutes: what has fallen due. Its cost grows with what is due, never with all there is."""

from typing import Any

from functions import logs
from portal import clock, db, privacy
from portal.activities import service as activities
from portal.awards import service as awards
from portal.config import Config
from portal.notices import service as notices
from portal.reports import service as reports
from portal.volunteers import service as volunteers

_config = Config.from_env()
db.connect(_config)
privacy.bind(_config)
notices.bind(_config)

DUE = {
    "late reports": reports.mark_late,
    "records": activities.settle_records,
    "rounds": awards.settle_rounds,
    "notices": volunteers.deliver_notices,
}


class Unsettled(Exception):
    """Some of what was due could not be done; the log says where it broke."""


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 - Lambda's signature
    """Do all that is due now and answer how much it was."""
    now = clock.now()
    done: dict[str, int] = {}
    failed = []
    for name, settle in DUE.items():
        try:
            done[name] = settle(now=now)
        except Exception:  # noqa: BLE001 - one feature's trouble must not hold up the next; raised below
            logs.failed("tick", name)
            failed.append(name)
    if failed:
        raise Unsettled(", ".join(failed))
    return done
