"""Messages out: carriers take a registered template and its parameters, never free text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from portal.errors import N_, Busy, NotFound, PortalError

QUEUED = "queued"
SENT = "sent"
UNREACHABLE = "unreachable"
FAILED = "failed"

OUTBOX = "outbox"
MOST_TRIES = 5
LONGEST_PARAMETER = 35
"""Characters; carriers refuse longer ones."""

CODE_KEPT = timedelta(minutes=10)
KEPT = timedelta(days=30)
_FIRST_PAUSE = timedelta(minutes=5)


class BadNotice(PortalError):
    """The template is unknown or its parameters are not the ones it has: a fault in the program, not of a person."""


class NotSent(Busy):
    """The carrier did not take the message; it will be tried again."""

    says = N_("短信没有发出去，请过一会儿再试。")
    retry_after = 60


class OutboxClosed(NotFound):
    """The outbox is read on the pages of a local run only."""


@dataclass(frozen=True, kw_only=True)
class Template:
    """A text registered with the carrier. `secret` ones hold a code: they are never kept in the clear."""

    text: str
    params: tuple[str, ...] = ()
    secret: bool = False


TEMPLATES: Mapping[str, Template] = {
    "sign_in_code": Template(
        text=N_("验证码 %(code)s，5 分钟内有效。请不要告诉任何人。"), params=("code",), secret=True
    ),
    "volunteer_verified": Template(
        text=N_("%(name)s，您的志愿者申请已通过，欢迎加入%(community)s。"), params=("name", "community")
    ),
    "volunteer_rejected": Template(
        text=N_("您的志愿者申请这次没有通过，想了解原因请到%(community)s咨询，也可以重新报名。"), params=("community",)
    ),
    "report_filed": Template(
        text=N_("您反映的问题 %(reference)s 已受理，预计 %(due)s 前办结。"), params=("reference", "due")
    ),
    "report_closed": Template(text=N_("您反映的问题 %(reference)s 已办结，请打开链接评价。"), params=("reference",)),
    "report_rejected": Template(
        text=N_("您反映的问题 %(reference)s 未能受理，原因请打开链接查看。"), params=("reference",)
    ),
    "award_published": Template(text=N_("祝贺您获得 %(month)s %(award)s，谢谢您的付出。"), params=("month", "award")),
}
"""What may be sent. The operator registers each text with the carrier under the same code."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A message to someone: `recipient` names a volunteer or a report; the number is looked up when it is sent."""

    key: str
    template: str
    recipient: str
    params: Mapping[str, str]
    created_at: datetime
    state: str = QUEUED
    tries: int = 0


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a channel gets: the template's code, its parameters, and the number."""

    key: str
    template: str
    params: Mapping[str, str]
    phone: str
    sent_at: datetime

    @property
    def preview(self) -> str:
        """Return the text as the carrier will put it together."""
        return TEMPLATES[self.template].text % self.params


class Channel(Protocol):
    """Hands a message to whoever delivers it."""

    name: str

    def send(self, message: Message) -> None:
        """Send it, or raise NotSent. Sending one key twice must be harmless."""


def check_params(*, template: str, params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters as the carrier takes them: all of them, none else, each short enough. Raises BadNotice."""
    known = TEMPLATES.get(template)
    if known is None or set(known.params) != set(params):
        raise BadNotice
    return {name: _short(value) for name, value in params.items()}


def _short(value: str) -> str:
    text = " ".join(value.split())
    return text if len(text) <= LONGEST_PARAMETER else f"{text[: LONGEST_PARAMETER - 1]}…"


def next_try_at(*, tries: int, now: datetime) -> datetime:
    """Return when to try again after so many tries: 5, 10, 20, 40 minutes later."""
    return now + _FIRST_PAUSE * int(2 ** (tries - 1))


def is_secret(template: str) -> bool:
    """Tell whether a template holds a one-time code."""
    return TEMPLATES[template].secret
