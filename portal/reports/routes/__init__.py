"""What anyone does with a report: send it from a placard, follow it, rate it, reopen it, withdraw or claim it."""

from portal.reports.routes import follow, send
from portal.reports.routes.pages import blueprint

__all__ = ["blueprint", "follow", "send"]
