"""How long a sign-in lasts, and what is refused at the door."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.errors import N_, Refused
from portal.workflow import Actor

STAFF_SESSION = timedelta(hours=12)
STAFF_IDLE = timedelta(hours=2)
SEEN_EVERY = timedelta(minutes=10)
TEMPORARY_PASSWORD = timedelta(days=3)
CODE_LIFETIME = timedelta(minutes=5)
CODE_TRIES = 5


class SignInRefused(Refused):
    """Name, password or code is wrong, or the account is closed: all read alike, so that nobody learns which."""

    says = N_("用户名、密码或验证码不对，请检查后再试一次。忘记了可以请同事帮您重设。")


class CodeRefused(Refused):
    """The one-time code is wrong, used, too old, or was tried too often: all read alike."""

    says = N_("验证码不对或已经过期，请检查一下，或重新获取一个。")


@dataclass(frozen=True, kw_only=True)
class Session:
    """A signed-in person: `version` is the account's at sign-in, `idle` the longest pause (None: none is too long)."""

    actor: Actor
    started_at: datetime
    ends_at: datetime
    seen_at: datetime
    idle: timedelta | None = None
    version: int = 0

    def ended(self, now: datetime) -> bool:
        """Tell whether the session is over, by age or by a pause."""
        return now >= self.ends_at or (self.idle is not None and now >= self.seen_at + self.idle)

    def wants_extension(self, now: datetime) -> bool:
        """Tell whether to note that the person is still there: at most every ten minutes, to save writes."""
        return self.idle is not None and now >= self.seen_at + SEEN_EVERY
