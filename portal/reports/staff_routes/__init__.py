"""Where staff work on reports: the desk, a report with its moves, a call written down."""

from portal.reports.staff_routes import calls, desk, moves
from portal.reports.staff_routes.pages import blueprint

__all__ = ["blueprint", "calls", "desk", "moves"]
