"""A report: what a resident sends, the states it passes, and the steps of its history."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.errors import N_, Conflict, NotFound, Refused
from portal.workflow import Actor, Role


class UnknownReport(NotFound):
    """No report has this reference, or it lies outside the caller's scope: nobody can tell which."""

    says = N_("没有找到这个查询码，请对照短信、截图或小票再输一次。")


class WrongKey(Refused):
    """A reporter's move came without the private link of that report."""

    says = N_("请从您提交后保存的链接打开，再做这一步。")


class SentBefore(Conflict):
    """The same form was sent twice with other words: the first is kept, and nothing typed is lost."""

    says = N_("这份表单已经提交过一次，查询码 %(reference)s。如果是另外一件事，请再点一次提交。")


class Stale(Conflict):
    """Someone moved the report after this page was opened; `report` is how it is now."""

    says = N_("刚才有人先处理了这一件。您填写的内容都还在，请看过最新情况再决定。")

    def __init__(self, report: "Report") -> None:
        """Keep the report as it is now."""
        super().__init__()
        self.report = report


class State(StrEnum):
    """Where a report stands (`domain.md` c1)."""

    SUBMITTED = "submitted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FILED = "filed"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    IN_PROGRESS = "in_progress"
    HANDLED = "handled"
    VERIFYING = "verifying"
    CLOSED = "closed"


LABELS: Mapping[State, str] = {
    State.SUBMITTED: N_("待受理"),
    State.REJECTED: N_("不予受理"),
    State.WITHDRAWN: N_("已撤回"),
    State.FILED: N_("已立案"),
    State.DISPATCHED: N_("已派遣"),
    State.SIGNED: N_("已签收"),
    State.IN_PROGRESS: N_("处理中"),
    State.HANDLED: N_("待核查"),
    State.VERIFYING: N_("核查中"),
    State.CLOSED: N_("已结案"),
}
ENDED = frozenset({State.REJECTED, State.WITHDRAWN, State.CLOSED})
OPEN = frozenset(State) - ENDED


class Channel(StrEnum):
    """How a report came in."""

    QR = "qr"
    WEB = "web"
    PHONE = "phone"
    WINDOW = "window"


CHANNELS: Mapping[Channel, str] = {
    Channel.QR: N_("扫码"),
    Channel.WEB: N_("网页"),
    Channel.PHONE: N_("电话"),
    Channel.WINDOW: N_("窗口"),
}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a form sends.

    `area` is the grid (15 digits) or the community (12); `location` is `lat,lng,accuracy` in WGS-84 and metres.
    """

    submission_key: str
    category: str
    description: str
    community: str
    area: str = ""
    place: str = ""
    station: str = ""
    station_name: str = ""
    placard: str = ""
    location: str = ""
    phone: str = field(default="", repr=False)
    consent: str = ""
    channel: Channel = Channel.WEB


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of a report's history."""

    seq: int
    type: str
    actor: str
    role: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report as stored. `filers` and `handlers` hold staff ids, `held` every department desk it has been on.

    `due_at` is when the next step is due, `promised_at` what the reporter is told. `sealed` hides who reported from the
    community's staff, `above` keeps the whole report from them. The phone stays encrypted here.
    """

    reference: str
    state: State
    version: int
    community: str
    area: str
    category: str
    description: str
    place: str
    channel: Channel
    submitted_at: datetime
    urgency: str
    rules: str
    subcategory: str = ""
    level: int = 0
    station: str = ""
    station_name: str = ""
    placard: str = ""
    location: str = ""
    volunteer: str = ""
    consent: str = ""
    phone_token: str = field(default="", repr=False)
    phone_hash: str = field(default="", repr=False)
    tail_hash: str = field(default="", repr=False)
    key_hash: str = field(default="", repr=False)
    form_hash: str = field(default="", repr=False)
    body_hash: str = field(default="", repr=False)
    desk: str = ""
    due_at: datetime | None = None
    promised_at: datetime | None = None
    late_at: datetime | None = None
    dispatched_at: datetime | None = None
    closed_at: datetime | None = None
    filers: tuple[str, ...] = ()
    handlers: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    result: str = ""
    rating: int = 0
    reopened: int = 0
    reworks: int = 0
    confidential: bool = False
    sealed: bool = False
    above: bool = False
    pages: int = 0
    history: tuple[Step, ...] = ()

    @property
    def open(self) -> bool:
        """Whether work on it goes on."""
        return self.state in OPEN

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return LABELS[self.state]

    @property
    def promise(self) -> datetime | None:
        """When the reporter may expect the next answer."""
        working = {State.DISPATCHED, State.SIGNED, State.IN_PROGRESS}
        return self.promised_at if self.state in working else self.due_at

    def overdue(self, now: datetime) -> bool:
        """Tell whether the next step is late."""
        return self.open and self.due_at is not None and self.due_at < now

    def broke_promise(self, now: datetime) -> bool:
        """Tell whether the time told to the reporter has passed."""
        return self.open and self.promise is not None and self.promise < now

    @property
    def home_desk(self) -> str:
        """The desk that files and verifies: the community's, or the street's where the community may not see it."""
        return self.community[:_STREET] if self.above else self.community


_STREET = 9
REPORTER = Actor(id="reporter", kind="resident", roles=frozenset({Role.RESIDENT}))
"""Whoever holds a report's private link. Nothing else is known of them."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A report as a line of a list: what an index holds of it."""

    reference: str
    state: State
    category: str
    subcategory: str
    summary: str
    spot: str
    urgency: str = ""
    area: str = ""
    due_at: datetime | None = None
    submitted_at: datetime | None = None

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return LABELS[self.state]

    def overdue(self, now: datetime) -> bool:
        """Tell whether the next step is late."""
        return self.due_at is not None and self.due_at < now


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A closed report as the public board shows it: no words of the reporter, no place nearer than a station."""

    category: str
    subcategory: str
    place: str
    month: str
    rating: int
