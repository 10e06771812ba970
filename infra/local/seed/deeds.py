"""What the demo's people did in eleven weeks: services, trainings, reports with their handling, one published award."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from infra.local.seed.people import Cast, Helper
from infra.local.seed.places import COMMUNITY, Stop
from infra.local.seed.story import Story
from portal import period
from portal.activities import domain as activities_domain
from portal.activities import service as activities
from portal.areas import service as areas
from portal.awards import service as awards
from portal.reports import domain as reports_domain
from portal.reports import rules as reports_rules
from portal.reports import service as reports

_REPORTS_A_DAY = 0.8
_STEPS = 7
_BY_VOLUNTEERS = 0.6
_COMES = 0.96
_TRAINS = 0.08
_RATES = 0.75
_THANKS = "已经到现场看过，问题解决了，谢谢您的提醒。"


@dataclass(frozen=True)
class Plan:
    """Writes the story's acts: one draw a day for every volunteer, and the day's reports."""

    story: Story
    draw: random.Random
    cast: Cast
    stations: list[Stop]
    begin: datetime
    drain: Callable[[], object]

    def write(self, work: dict[str, Any]) -> None:
        """Put eleven weeks of acts into the story."""
        days = work["weeks"] * 7 + 1
        for number in range(days):
            day = self.begin + timedelta(days=number)
            for helper in self.cast.helpers:
                if self.draw.random() < helper.zeal / 7:
                    self._service(helper, day, work)
            if self.draw.random() < _REPORTS_A_DAY:
                self._report(day + self._waking(), work, paces=self._paces())
            self.story.at(day + timedelta(hours=23), self._evening)
        self._today(work)
        self._award()

    def _today(self, work: dict[str, Any]) -> None:
        """Let reports of the last hours wait at every step, so that each member of staff finds something to do."""
        for done in range(_STEPS):
            self._report(self.story.now - timedelta(hours=2 * (done + 1)), work, paces=["0.25eh"] * done)

    def _waking(self) -> timedelta:
        return timedelta(hours=self.draw.randint(7, 20), minutes=self.draw.randint(0, 59))

    def _paces(self) -> list[str]:
        return [self.draw.choice(("0.5wh", "1wh", "2wh")), "0.5wh", "1wh", "0.5wh", "3wh", "2wh", "0.5wh"]

    def _evening(self, now: datetime) -> None:
        activities.settle_records(now=now)
        awards.settle_rounds(now=now)
        self.drain()

    def _service(self, helper: Helper, day: datetime, work: dict[str, Any]) -> None:
        service = self.draw.choice(work["services"])
        minutes = self.draw.choice(service["minutes"])
        starts = time(self.draw.randint(8, 17), self.draw.choice((0, 30)))
        came = self.draw.random() < _COMES
        draft = activities_domain.Draft(
            community=COMMUNITY,
            volunteer=helper.id,
            activity=service["activity"],
            served_on=period.local_day(day),
            starts=starts,
            minutes=minutes,
            attended=came,
            training_minutes=60 if came and self.draw.random() < _TRAINS else 0,
            stars=self.draw.choice((4, 5, 5, None)) if came else None,
        )
        self.story.at(draft.started_at + timedelta(minutes=minutes + 60), lambda now: self._write_down(draft, now))

    def _write_down(self, draft: activities_domain.Draft, now: datetime) -> None:
        try:
            record = activities.submit_record(draft=draft, actor=self.cast.staff["worker"], now=now)
        except activities_domain.Overlaps:  # drawn twice for one hour: the second service did not happen
            return

        def confirm(moment: datetime) -> None:
            activities.confirm_record(
                actor=self.cast.staff["admin"], record_id=record.id, version=record.version, now=moment
            )

        self.story.at(areas.due_at(area=COMMUNITY, start=now, limit="3wh"), confirm)

    def _report(self, moment: datetime, work: dict[str, Any], *, paces: list[str]) -> None:
        about = self.draw.choice(work["reports"])
        stop = self.draw.choice(self.stations)
        sender = self.draw.choice(self.cast.helpers[:16]) if self.draw.random() < _BY_VOLUNTEERS else None
        key = f"demo-{self.draw.getrandbits(64):016x}"
        draft = reports_domain.Draft(
            submission_key=key,
            category=reports_rules.current().subcategory(about["subcategory"]).category,
            description=about["description"],
            place=about["place"],
            community=COMMUNITY,
            area=stop.grid,
            station=stop.id,
            station_name=stop.name,
            placard=stop.placard,
            consent="demo",
        )
        rating = self.draw.choice((5, 5, 5, 4, 4, 3)) if self.draw.random() < _RATES else None

        def send(now: datetime) -> None:
            report = reports.submit_report(draft=draft, now=now, actor=sender.actor if sender else None)
            case = Case(plan=self, reference=report.reference, key=key, about=about, rating=rating)
            case.begin(now, paces)

        self.story.at(moment, send)

    def _award(self) -> None:
        """Let the month before last be decided and published, so that the board has someone to thank."""
        month = period.Month.of(self.story.now).previous().previous()
        opens = areas.due_at(area=COMMUNITY, start=month.end, limit="4wd")

        def run(now: datetime) -> None:
            admin, second = self.cast.staff["admin"], self.cast.staff["second"]
            seen = awards.view_round(actor=admin, community=COMMUNITY, month=month, now=now)
            winners = [each.candidate.volunteer for each in seen.shortlist[: seen.quota]]
            if not winners:  # the story began too late in that month for anyone to be on its shortlist
                return
            where: dict[str, Any] = {"community": COMMUNITY, "month": month}
            found = awards.open_round(actor=admin, now=now, **where)
            reason = "服务时间和评价都排在前面。"
            found = awards.propose_round(
                actor=admin, version=found.version, winners=winners, reason=reason, now=now, **where
            )
            found = awards.decide_round(actor=second, version=found.version, now=now + timedelta(hours=1), **where)
            awards.publicise_round(actor=admin, version=found.version, now=now + timedelta(hours=2), **where)

        self.story.at(opens, run)


@dataclass(kw_only=True)
class Case:
    """One report on its way through the staff's hands, at the pace of working hours."""

    plan: Plan
    reference: str
    key: str
    about: dict[str, Any]
    rating: int | None
    version: int = 1
    closed: bool = False

    def begin(self, now: datetime, paces: list[str]) -> None:
        """Plan as many of the seven steps as there are paces, each after its own."""
        steps = [self._file, self._dispatch, self._sign, self._start, self._handle, self._verify, self._close]
        self._next(now, list(zip(paces, steps, strict=False)))

    def _next(self, now: datetime, left: list[tuple[str, Callable[[datetime], reports_domain.Report]]]) -> None:
        if not left:
            if self.rating and self.closed:
                self.plan.story.at(now + timedelta(hours=5), self._rate)
            return
        (pace, step), *rest = left

        def act(moment: datetime) -> None:
            report = step(moment)
            self.version, self.closed = report.version, report.state is reports_domain.State.CLOSED
            self._next(moment, rest)

        self.plan.story.at(areas.due_at(area=COMMUNITY, start=now, limit=pace), act)

    def _by(self, username: str, now: datetime) -> dict[str, Any]:
        return {
            "actor": self.plan.cast.staff[username], "reference": self.reference, "version": self.version, "now": now,
        }  # fmt: skip

    def _file(self, now: datetime) -> reports_domain.Report:
        case = reports_rules.current().subcategory(self.about["subcategory"])
        return reports.file_report(subcategory=case.code, urgency=case.urgency, **self._by("dispatcher", now))

    def _dispatch(self, now: datetime) -> reports_domain.Report:
        return reports.dispatch_report(department=self.about["desk"], **self._by("dispatcher", now))

    def _sign(self, now: datetime) -> reports_domain.Report:
        return reports.sign_report(**self._by("handler", now))

    def _start(self, now: datetime) -> reports_domain.Report:
        return reports.start_report(**self._by("handler", now))

    def _handle(self, now: datetime) -> reports_domain.Report:
        return reports.handle_report(result=self.about["result"], **self._by("handler", now))

    def _verify(self, now: datetime) -> reports_domain.Report:
        return reports.verify_report(**self._by("verifier", now))

    def _close(self, now: datetime) -> reports_domain.Report:
        return reports.close_report(note=_THANKS, **self._by("verifier", now))

    def _rate(self, now: datetime) -> None:
        key = reports.private_key(submission_key=self.key)
        reports.rate_report(reference=self.reference, key=key, rating=self.rating or 5, now=now)
