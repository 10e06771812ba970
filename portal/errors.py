"""The four families of error a person can meet, and the two that ask them to wait."""

from typing import Any


def N_(text: str) -> str:  # noqa: N802 - the marker that gettext tools know by this name
    """Mark a sentence for translation where no request is at hand; the page translates it."""
    return text


class PortalError(Exception):
    """Something a person must be told. `says` is the sentence; `data` fills its blanks."""

    says = N_("出了点问题，请稍后再试。")

    def __init__(self, says: str | None = None, **data: Any) -> None:
        """Keep the sentence and what fills its blanks."""
        self.says = says or self.says
        self.data = data
        super().__init__(self.says % data if data else self.says)


class NotFound(PortalError):
    """There is no such thing, or it lies outside the caller's scope: both look the same."""

    says = N_("没有找到您要的内容。")


class Conflict(PortalError):
    """Someone else changed it first. What was typed is kept; the person decides again."""

    says = N_("刚才有人先改了这一条，请看一下最新情况再继续。")


class Refused(PortalError):
    """A rule forbids it, and the sentence names the rule."""

    says = N_("您没有权限做这一步。")


class Invalid(PortalError):
    """What was sent is not usable. `fields` holds a sentence for each field at fault."""

    says = N_("有内容需要修改，请看下面的提示。")

    def __init__(self, says: str | None = None, *, fields: dict[str, str] | None = None, **data: Any) -> None:
        """Keep the sentences by field."""
        super().__init__(says, **data)
        self.fields = fields or {}


class TooMany(Refused):
    """Too many tries; `retry_after` is in seconds."""

    says = N_("操作太频繁了，请稍等一会儿再试。")

    def __init__(self, says: str | None = None, *, retry_after: int, **data: Any) -> None:
        """Keep how long to wait."""
        super().__init__(says, **data)
        self.retry_after = retry_after


class Busy(PortalError):
    """Storage could not take it now; nothing was stored, and the same request may be sent again."""

    says = N_("系统正忙，没有存上。请过几秒钟再试一次。")
    retry_after = 2
