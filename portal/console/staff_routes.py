"""The first page of staff: what waits for them today."""

from flask import Blueprint, current_app, render_template

from portal import clock
from portal.awards import domain as awards
from portal.console import service
from portal.errors import N_
from portal.volunteers import domain as people
from portal.web import access
from portal.workflow import Role

blueprint = Blueprint("console_staff", __name__)

TASKS = {
    Role.DISPATCHER: N_("看新来的上报：能办的受理，派给合适的单位；不能办的写明原因。"),
    Role.GRID_WORKER: N_("看网格里新来的事；志愿者做了服务，当天帮他们登记。"),
    Role.HANDLER: N_("先签收，再处理；办好以后写明结果，交给社区核查。"),
    Role.VERIFIER: N_("到现场看办好的件：真的好了就结案，没好就退回去。"),
    Role.COMMUNITY_ADMIN: N_("核对报名，确认服务，每月主持一次志愿之星。"),
    Role.SECOND_APPROVER: N_("另一个人提的名单和登记的服务，由您再看一遍。"),
    Role.STATION_KEEPER: N_("看好站点和站牌：开放时间改了就更新，站牌坏了就换。"),
    Role.AUDITOR: N_("只看不办：抽查得分、积分账户和办理记录。"),
}
"""What each role does here, in a sentence: the next step for someone new to the desk."""


@blueprint.get("/staff")
@access.staff()
@access.no_store
def today() -> str:
    """Show the desks and lists that are this person's, with what waits in each."""
    person = access.person()
    community = people.pick_community(actor=person, asked="", default=current_app.extensions["yizhan"].community)
    waiting = service.view_today(actor=person, community=community, now=clock.now())
    return render_template(
        "console/staff/today.html",
        person=person,
        waiting=waiting,
        community=community,
        labels=awards.STATE_LABELS,
        tasks=[words for role, words in TASKS.items() if person.has(role)],
    )
