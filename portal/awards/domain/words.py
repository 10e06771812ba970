"""What states, steps, grades and reasons are called on pages: plain, and never a blame."""

from collections.abc import Mapping

from portal.awards.domain.ranking import Reason
from portal.awards.domain.rounds import MOVES, State
from portal.errors import N_
from portal.evaluations.domain import Grade

STATE_LABELS: Mapping[str, str] = {
    State.DRAFT: N_("还没开始"),
    State.SHORTLISTED: N_("待提名单"),
    State.PROPOSED: N_("待另一人批准"),
    State.DECIDED: N_("待公示"),
    State.PUBLICISED: N_("公示中"),
    State.PUBLISHED: N_("已发布"),
    State.CANCELLED: N_("已取消"),
}
REASON_LABELS: Mapping[str, str] = {
    Reason.FEW_HOURS: N_("服务时长还不到"),
    Reason.FEW_RECORDS: N_("服务次数还不到"),
    Reason.INSUFFICIENT: N_("数据还不够，不参加排序"),
    Reason.RESTING: N_("前两个月得过，这次轮休"),
    Reason.NOT_ACTIVE: N_("现在不在服务中"),
}
GRADE_LABELS: Mapping[str, str] = {
    Grade.EXCELLENT: N_("优秀"),
    Grade.GOOD: N_("良好"),
    Grade.PASS: N_("达标"),
    Grade.STARTING: N_("参与中"),
    Grade.INSUFFICIENT: N_("数据还不够"),
}
COMPONENT_LABELS: Mapping[str, str] = {
    "hours": N_("服务时长"),
    "attendance": N_("到场"),
    "quality": N_("服务评价"),
    "participation": N_("参与社区"),
    "training": N_("培训"),
}
EVENT_LABELS: Mapping[str, str] = {move.event: move.label for move in MOVES}
