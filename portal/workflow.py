"""Who acts, a table of moves, and the one function that checks a move against it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.errors import N_, Conflict, Refused


class Role(StrEnum):
    """What a person may be in the portal."""

    DISPATCHER = "dispatcher"
    GRID_WORKER = "grid_worker"
    HANDLER = "handler"
    VERIFIER = "verifier"
    COMMUNITY_ADMIN = "community_admin"
    SECOND_APPROVER = "second_approver"
    STATION_KEEPER = "station_keeper"
    AUDITOR = "auditor"
    VOLUNTEER = "volunteer"
    RESIDENT = "resident"
    SYSTEM = "system"


STAFF_ROLES = frozenset(Role) - {Role.VOLUNTEER, Role.RESIDENT, Role.SYSTEM}

ROLE_NAMES: dict[str, str] = {
    Role.DISPATCHER: N_("受理员"),
    Role.GRID_WORKER: N_("网格员"),
    Role.HANDLER: N_("承办人"),
    Role.VERIFIER: N_("核查员"),
    Role.COMMUNITY_ADMIN: N_("社区管理员"),
    Role.SECOND_APPROVER: N_("复核人"),
    Role.STATION_KEEPER: N_("站点管理员"),
    Role.AUDITOR: N_("监督员"),
    Role.VOLUNTEER: N_("志愿者"),
    Role.RESIDENT: N_("上报人"),
    Role.SYSTEM: N_("系统"),
}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person who acts: `scope` is the code of the area whose business they may see, `desks` the desks they hold."""

    id: str
    name: str = ""
    kind: str = "staff"
    roles: frozenset[Role] = field(default_factory=frozenset)
    scope: str = ""
    desks: tuple[str, ...] = ()

    def covers(self, area_code: str) -> bool:
        """Tell whether an area lies in this person's scope; codes of a place begin with those of what holds it."""
        return bool(self.scope) and area_code.startswith(self.scope)

    def has(self, *roles: Role) -> bool:
        """Tell whether this person holds one of the roles."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(id="system", kind="system", roles=frozenset({Role.SYSTEM}))


class MoveRefused(Refused):
    """The table knows no such move from here, or not for this person."""

    says = N_("这一步现在不能做：状态已经变了，或者不是由您来做。")


class WrongState(Conflict):
    """The move exists, but not from the state the thing is in now."""

    says = N_("状态已经变了，这一步现在做不了。")


Guard = Callable[[Any, Actor], None]


@dataclass(frozen=True, kw_only=True)
class Move:
    """One row of a table of moves. `guard(deed, actor)` raises a named error where the row alone cannot tell."""

    name: str
    sources: frozenset[str]
    target: str
    roles: frozenset[Role]
    event: str
    label: str
    needs: tuple[str, ...] = ()
    guard: Guard | None = None


def check(moves: Iterable[Move], *, name: str, state: str, actor: Actor, deed: Any = None) -> Move:
    """Return the row that allows this move. Raises WrongState, MoveRefused, or what the row's guard raises."""
    rows = [move for move in moves if move.name == name]
    if not any(actor.has(*row.roles) for row in rows):
        raise MoveRefused
    row = next((row for row in rows if state in row.sources and actor.has(*row.roles)), None)
    if row is None:
        raise WrongState
    if row.guard:
        row.guard(deed, actor)
    return row


def allowed(moves: Iterable[Move], *, state: str, actor: Actor, deed: Any = None) -> list[Move]:
    """Return the moves this person can make from here, in the table's order."""
    return [move for move in moves if state in move.sources and actor.has(*move.roles) and _passes(move, deed, actor)]


def _passes(move: Move, deed: Any, actor: Actor) -> bool:
    try:
        if move.guard:
            move.guard(deed, actor)
    except Refused:
        return False
    return True
