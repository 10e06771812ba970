"""Who works here: which roles go together, what makes a password, who may change whom."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from portal import workflow
from portal.errors import N_, Conflict, Invalid, NotFound, Refused
from portal.workflow import STAFF_ROLES, Actor, Move, Role

PASSWORD_LEAST = 10
PASSWORD_MOST = 128

ACTIVE = "active"
LEFT = "left"

_DIFFERENT_CHARACTERS = 5
_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,31}")
_AREA = re.compile(r"\d{6}|\d{9}|\d{12}|\d{15}|\d{17}")
_DESK = re.compile(r"(?P<area>\d{6,17})(#[A-Z]{2,8})?")


class NoSuchStaff(NotFound):
    """Nobody of that name works in the caller's scope."""

    says = N_("没有找到这位同事。")


class UsernameTaken(Conflict):
    """Someone already has this username."""

    says = N_("这个用户名已经有人用了，请换一个。")


class StaffChanged(Conflict):
    """Someone else changed this account first."""

    says = N_("刚才有人先改了这位同事的账号，请看一下最新情况再继续。")


class NotOneself(Refused):
    """Nobody changes their own roles, resets themselves, or leaves by their own hand."""

    says = N_("不能改自己的岗位或重设自己，请另一位管理员来做。")


class RolesClash(Invalid):
    """The roles must not be held by one person."""

    says = N_("这几个岗位不能由同一个人担任。")


class OutsideScope(Invalid):
    """The area or desk is not one the caller could give."""

    says = N_("这个区域不在您的管理范围内。")


class WeakPassword(Invalid):
    """The password is too short, too long, or too easy to guess."""


class WrongSecondFactor(Invalid):
    """The code does not belong to the secret being enrolled."""

    says = N_("验证码不对，请等验证器换一个新的再试。")


ROLE_NAMES = {role: workflow.ROLE_NAMES[role] for role in Role if role in STAFF_ROLES}
"""Those one may give to a colleague."""

CLASHES: tuple[tuple[Role, frozenset[Role], str], ...] = (
    (Role.AUDITOR, STAFF_ROLES - {Role.AUDITOR}, N_("监督员只看不办，不能兼任别的岗位。")),
    (
        Role.COMMUNITY_ADMIN,
        frozenset({Role.SECOND_APPROVER}),
        N_("社区管理员和复核人要由两个人担任，这样重要的事才有两双眼睛。"),
    ),
)
"""Pairs that no person holds together (`four-way duties`). Who may verify whose work is asked at each deed."""


@dataclass(frozen=True, kw_only=True)
class Staff:
    """A member of staff. `version` counts every act on the account; a session dies when it no longer matches.

    `password_until` is set while the password is one that someone else made.
    """

    username: str
    name: str
    roles: frozenset[Role]
    scope: str
    desks: tuple[str, ...] = ()
    state: str = ACTIVE
    version: int = 1
    second_factor: bool = False
    password_until: datetime | None = None
    signed_in_at: datetime | None = None
    history: tuple[dict[str, object], ...] = ()

    def actor(self) -> Actor:
        """Return this person as one who acts."""
        return Actor(id=person_id(self.username), name=self.name, roles=self.roles, scope=self.scope, desks=self.desks)

    def entering(self, *, totp_required: bool) -> Actor:
        """Return this person as they may act after sign-in: without roles while a step at the door is still open."""
        unready = self.password_until is not None or (totp_required and not self.second_factor)
        return replace(self.actor(), roles=frozenset(), desks=()) if unready else self.actor()


@dataclass(frozen=True, kw_only=True)
class NewStaff:
    """What is needed to add a member of staff."""

    username: str
    name: str
    roles: frozenset[Role]
    scope: str
    desks: tuple[str, ...] = ()


def person_id(username: str) -> str:
    """Return the id under which a member of staff acts, such as `staff:chen.lan`."""
    return f"staff:{username}"


def username_of(person: str) -> str:
    """Return the username behind a staff member's id."""
    return person.removeprefix("staff:")


def _not_oneself(staff: Staff, actor: Actor) -> None:
    if actor.id == person_id(staff.username):
        raise NotOneself


_ADMINS = frozenset({Role.COMMUNITY_ADMIN, Role.SYSTEM})


def _act(name: str, source: str, target: str, label: str) -> Move:
    return Move(
        name=name, sources=frozenset({source}), target=target, roles=_ADMINS, event=f"staff.{name}", label=label,
        guard=_not_oneself,
    )  # fmt: skip


ACTS = (
    _act("change_roles", ACTIVE, ACTIVE, N_("修改岗位")),
    _act("reset_password", ACTIVE, ACTIVE, N_("重设密码")),
    _act("reset_second_factor", ACTIVE, ACTIVE, N_("重设二次验证")),
    _act("leave", ACTIVE, LEFT, N_("办理离岗")),
    _act("return", LEFT, ACTIVE, N_("恢复账号")),
)
"""What one person may do to another's account. Every act ends that person's sessions."""


def check_act(*, name: str, staff: Staff, actor: Actor) -> Move:
    """Return the act's row. Raises NoSuchStaff outside the actor's scope, NotOneself, MoveRefused, WrongState."""
    if not may_give(actor=actor, area=staff.scope):
        raise NoSuchStaff
    return workflow.check(ACTS, name=name, state=staff.state, actor=actor, deed=staff)


def may_give(*, actor: Actor, area: str) -> bool:
    """Tell whether an actor may hand out an area: only what lies in their own scope; the command line may all."""
    return actor.has(Role.SYSTEM) or actor.covers(area)


def check_roles(*, roles: Iterable[Role]) -> None:
    """Raise RolesClash when one person must not hold these roles together, or holds none."""
    held = frozenset(roles)
    if not held:
        raise RolesClash(fields={"roles": N_("请至少选一个岗位")})
    for one, others, words in CLASHES:
        if one in held and held & others:
            raise RolesClash(words, fields={"roles": words})


def check_places(*, actor: Actor, scope: str, desks: Iterable[str]) -> None:
    """Raise OutsideScope when scope or a desk is misshapen or not the actor's to give."""
    faults = {}
    if not _AREA.fullmatch(scope):
        faults["scope"] = N_("区域编码是 6、9、12、15 或 17 位数字，请检查一下")
    elif not may_give(actor=actor, area=scope):
        faults["scope"] = OutsideScope.says
    for desk in desks:
        match = _DESK.fullmatch(desk)
        if not match:
            faults["desks"] = N_("工作台写区域编码，或区域编码加部门，例如 320105902901 或 320105#MUN")
        elif not may_give(actor=actor, area=match["area"]):
            faults["desks"] = N_("有的工作台不在您的管理范围内")
    if faults:
        raise OutsideScope(fields=faults)


def plain_username(text: str) -> str:
    """Return a username as it is stored: trimmed, in small letters."""
    return text.strip().lower()


def check_username(*, username: str) -> None:
    """Raise Invalid unless the username is 3 to 32 small letters, digits, dots or hyphens, letter first."""
    if not _USERNAME.fullmatch(username):
        raise Invalid(fields={"username": N_("用户名用 3 到 32 个小写字母、数字、点或横线，以字母开头")})


def check_password(*, password: str, username: str, old: str = "") -> None:
    """Raise WeakPassword: length counts, composition does not (NIST SP 800-63B), but it must not be plain to guess."""
    words = ""
    if len(password) < PASSWORD_LEAST:
        words = N_("密码至少 10 个字，可以用一句好记的话")
    elif len(password) > PASSWORD_MOST:
        words = N_("密码最多 128 个字")
    elif username in password.lower() or len(set(password)) < _DIFFERENT_CHARACTERS:
        words = N_("这个密码太容易猜到，请换一个，不要包含用户名")
    elif password == old:
        words = N_("新密码要和原来的不一样")
    if words:
        raise WeakPassword(fields={"new_password": words})


def history_words(*, entries: Iterable[dict[str, object]]) -> list[tuple[str, str, datetime]]:
    """Return an account's history, newest first: what happened, who did it, when."""
    lines = [
        (
            _HISTORY.get(str(each["type"]), str(each["type"])),
            str(each["actor"]),
            datetime.fromisoformat(str(each["at"])),
        )
        for each in entries
    ]
    return lines[::-1]


_HISTORY = {
    "staff.added": N_("建立账号"),
    "staff.changed_password": N_("本人修改密码"),
    "staff.enrolled": N_("开启二次验证"),
    **{act.event: act.label for act in ACTS},
}
