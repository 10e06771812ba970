"""Pages of a local run only: the messages that would have been sent, the demo's clock, and who one is."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from flask import Blueprint, current_app, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from infra.local import notes, seed
from portal import clock, period
from portal.accounts import domain as accounts_domain
from portal.accounts import service as accounts
from portal.areas import domain as areas_domain
from portal.areas import service as areas
from portal.errors import N_
from portal.notices import service as notices
from portal.volunteers import service as volunteers
from portal.web import access
from portal.workflow import Actor

OUTBOX_ROWS = 50
LIFETIME = timedelta(days=30)
Forward = Callable[[datetime, areas_domain.Calendar], datetime]


def _working_days(count: int) -> Forward:
    def forward(now: datetime, calendar: areas_domain.Calendar) -> datetime:
        local = now.astimezone(period.SHANGHAI)
        day = areas_domain.add_working_days(calendar=calendar, start=local.date(), days=count)
        over = areas_domain.end_of_work(calendar=calendar, day=day)  # when a limit of so many days is over
        return max(_at(local, day), over)

    return forward


def _next_month(now: datetime, _calendar: areas_domain.Calendar) -> datetime:
    local = now.astimezone(period.SHANGHAI)
    return _at(local, period.Month.of(now).next().start.astimezone(period.SHANGHAI).date())


def _at(local: datetime, day: date) -> datetime:
    return datetime.combine(day, local.timetz())


STEPS: Mapping[str, tuple[str, Forward]] = {
    "hour": (N_("1 小时"), lambda now, _calendar: now + timedelta(hours=1)),
    "day1": (N_("1 个工作日"), _working_days(1)),
    "day3": (N_("3 个工作日"), _working_days(3)),
    "day5": (N_("5 个工作日"), _working_days(5)),
    "month": (N_("到下月 1 日"), _next_month),
}


def build(memory: notes.Notes, moved: Callable[[], None]) -> Blueprint:
    """The `/dev` pages; `moved` is called after the clock was set, so that what falls due does so at once."""
    pages = Blueprint("dev", __name__, url_prefix="/dev", template_folder="templates")

    @pages.get("/outbox")
    @access.public
    def outbox() -> str:
        return render_template("dev/outbox.html", messages=notices.list_outbox(limit=OUTBOX_ROWS))

    @pages.get("/clock")
    @access.public
    def clock_page() -> str:
        return render_template("dev/clock.html", now=clock.now(), offset=clock.offset(), steps=STEPS)

    @pages.post("/clock")
    @access.public
    def set_clock() -> BaseResponse:
        clock.move(_offset(request.form.get("step", "")))
        memory.put({"clock": clock.offset().total_seconds()})
        moved()
        return redirect("/dev/clock", 303)

    @pages.get("/role")
    @access.public
    def role() -> str:
        people = seed.read("people")
        community = current_app.extensions["yizhan"].community
        return render_template(
            "dev/role.html",
            staff=people["staff"],
            volunteers=volunteers.all_active(community=community),
            names=accounts_domain.ROLE_NAMES,
        )

    @pages.post("/role/staff")
    @access.public
    def be_staff() -> BaseResponse:
        username = request.form.get("username", "")
        found = accounts.get_own(actor=Actor(id=accounts_domain.person_id(username)))
        return _enter(found.actor(), "/staff")

    @pages.post("/role/volunteer")
    @access.public
    def be_volunteer() -> BaseResponse:
        community = current_app.extensions["yizhan"].community
        wanted = request.form.get("volunteer", "")
        found = next((one for one in volunteers.all_active(community=community) if one.id == wanted), None)
        if found is None:
            raise NotFound
        return _enter(volunteers.as_actor(volunteer=found), "/me")

    return pages


def _offset(step: str) -> timedelta:
    """The clock's new distance from the real one; `real` takes it back, an unknown step leaves it."""
    if step == "real":
        return timedelta()
    if step not in STEPS:
        return clock.offset()
    now = clock.now()
    calendar = areas.calendar_for(area=current_app.extensions["yizhan"].community)
    return clock.offset() + (STEPS[step][1](now, calendar) - now)


def _enter(actor: Actor, page: str) -> BaseResponse:
    """Sign the browser in without a password: this is a demo on its owner's machine."""
    response = redirect(page, 303)
    token = accounts.start_session(actor=actor, now=clock.now(), lifetime=LIFETIME)
    access.remember(response, token, LIFETIME)
    return response
