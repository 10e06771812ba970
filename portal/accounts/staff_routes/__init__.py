"""The staff door, one's own account, and the pages where administrators look after their colleagues."""

from portal.accounts.staff_routes import door, people
from portal.accounts.staff_routes.pages import blueprint

__all__ = ["blueprint", "door", "people"]
