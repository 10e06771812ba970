"""A volunteer's own points: the first page, and every entry there is."""

from flask import Blueprint, current_app, render_template
from flask_babel import gettext

from portal import clock
from portal.errors import N_
from portal.period import local_day
from portal.points import rules, service
from portal.web import access, paging

blueprint = Blueprint("points", __name__)

_MORE = (
    ("/me/scores", "chart-column", N_("我的得分")),
    ("/me/certificates", "award", N_("我的荣誉")),
    ("/me/profile", "user", N_("我的资料")),
)
"""Pages of features that stand above points or beside it: linked where this app has them."""


@blueprint.get("/me")
@access.volunteer
@access.no_store
def me() -> str:
    """Show the balance, six months, what is pending and the latest entries: two round trips."""
    person, now = access.person(), clock.now()
    account = service.view_account(community=person.scope, volunteer=person.id, now=now)
    paths = {rule.rule for rule in current_app.url_map.iter_rules()}
    return render_template(
        "points/me.html",
        person=person,
        account=account,
        month_bars=[(gettext("%(month)s月", month=month.month), points) for month, points in account.months],
        names=rules.NAMES,
        how=rules.explain,
        earns=rules.book_on(local_day(now)).rules,
        more=[(path, icon, words) for path, icon, words in _MORE if path in paths],
    )


@blueprint.get("/me/points")
@access.volunteer
@access.no_store
def points() -> str:
    """List every entry, the newest first."""
    person = access.person()
    purpose = f"points:{person.id}"
    page = service.list_entries(community=person.scope, volunteer=person.id, cursor=paging.opened(purpose))
    return render_template(
        "points/points.html",
        page=page,
        after=paging.seal(page.cursor, purpose),
        names=rules.NAMES,
        how=rules.explain,
    )
