"""The corpus of hostile input: every form with values it would take, and what is thrown at each of its fields.

A form that is missing here fails a test, so that whoever adds a form says here what it takes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.project import url_map


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form that stands in the world of world.py; `{names}` in the address and values come from there."""

    path: str
    person: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    """Fields for people's own words, where emoji, HTML and formulas are words like others."""
    loose: tuple[str, ...] = ()
    """Ticks and multiple choices: sent more than once, and any value is a tick."""
    keeps: str = ""
    """A field whose value stands on the page again when another one was wrong."""
    closed: bool = False
    """Refuses even good values here, such as a wrong password."""


def _move(state: str, name: str, **fields: str) -> Form:
    version = {"version": f"{{{state}_version}}"}
    return Form(
        path=f"/staff/reports/{{{state}}}/{name}",
        person="checker" if state in {"handled", "verified"} else "chief",
        fields=version | fields,
        required=("version", *fields),
        free=tuple(each for each in fields if each in {"place", "note", "result", "reason"}),
    )


def _colleague(act: str) -> Form:
    fields = {"version": "{colleague_version}"}
    return Form(path=f"/staff/people/{{colleague}}/{act}", person="chief", fields=fields, required=("version",))


def _round(month: str, act: str, **fields: str) -> Form:
    fields = {"version": "1"} | fields
    free = ("reason",) if "reason" in fields else ()
    return Form(
        path=f"/staff/awards/{{{month}}}/{act}", person="chief", fields=fields, required=("version", *free), free=free,
        closed=True,
    )  # fmt: skip


def _volunteer(who: str, act: str) -> Form:
    return Form(
        path=f"/staff/volunteers/{{{who}}}/{act}",
        person="chief",
        fields={"version": "1", "reason": "手续不全，请再来一次"},
        required=("version",),
        free=("reason",),
        closed=True,
    )


def _me(act: str, **fields: str) -> Form:
    return Form(
        path=f"/me/profile/{act}",
        person="volunteer",
        fields={"version": "2", "reason": "近来身体不好", **fields},
        required=("version",),
        free=("reason",),
        loose=("sure",),
        closed=True,
    )


def _record(act: str) -> Form:
    return Form(
        path=f"/staff/records/{{record}}/{act}",
        person="chief",
        fields={"version": "1", "reason": "时间写错了"},
        required=("version",),
        free=("reason",),
    )


_REPORT = {
    "category": "01",
    "description": "3号楼东侧垃圾桶满了",
    "place": "东门旁边",
    "lat": "32.01",
    "lng": "118.72",
    "accuracy": "20",
    "phone": "13812345678",
    "consent": "2026-11",
    "submission_key": "hostile-form-key-0001",
}
_SENT = Form(
    path="/s/{code}",
    fields=_REPORT,
    required=("category", "description", "submission_key"),
    free=("description", "place", "consent", "submission_key"),
    keeps="description",
)
_STATION = {
    "name": "宁小蜂驿站",
    "area": "320105902901003",
    "place": "庐山路12号",
    "phone": "02586000001",
    "opens": "08:00",
    "closes": "20:00",
    "status": "open",
    "facilities": "water",
    "groups": "couriers",
}
_STATION_FORM = Form(
    path="/staff/stations/new",
    person="chief",
    fields=_STATION,
    required=("name", "area", "place", "opens", "closes", "status"),
    loose=("facilities", "groups"),
    free=("name", "place"),
    keeps="place",
)
_PERSON = {"roles": "dispatcher", "scope": "320105902901", "desks": "320105902901"}

FORMS: dict[str, Form] = {
    "resident /s": Form(**{**vars(_SENT), "path": "/s"}),
    "resident /s/<code>": _SENT,
    "resident /S/<code>": Form(**{**vars(_SENT), "path": "/S/{code}"}),
    "resident /t": Form(
        path="/t", fields={"reference": "{closed}", "tail": "5678"}, required=("reference",), free=("reference",)
    ),
    "resident /t/<reference>/claim": Form(
        path="/t/{submitted}/claim", person="volunteer", fields={"key": "{submitted_key}"}, loose=("key",)
    ),
    "resident /t/<reference>/rating": Form(
        path="/t/{closed}/rating?key={closed_key}", fields={"rating": "5"}, required=("rating",)
    ),
    "resident /t/<reference>/reopen": Form(
        path="/t/{closed}/reopen?key={closed_key}", fields={"reason": "还是很脏"}, free=("reason",)
    ),
    "resident /t/<reference>/withdraw": Form(
        path="/t/{submitted}/withdraw", fields={"key": "{submitted_key}"}, loose=("key",)
    ),
    "volunteer /join": Form(
        path="/join",
        fields={
            "name": "陈小兰",
            "phone": "13800009999",
            "kind": "retired",
            "area": "320105902901003",
            "birth_on": "1960-05-01",
            "guardian_name": "",
            "guardian_phone": "",
            "publish_name": "1",
            "consent": "1",
        },
        required=("name", "phone", "kind", "area", "birth_on", "consent"),
        loose=("publish_name", "consent"),
        free=("name", "guardian_name"),
        keeps="name",
    ),
    "volunteer /me/profile": Form(
        path="/me/profile",
        person="volunteer",
        fields={"version": "2", "publish_name": "1"},
        required=("version",),
        loose=("publish_name",),
    ),
    "volunteer /me/profile/pause": _me("pause"),
    "volunteer /me/profile/resume": _me("resume"),
    "volunteer /me/profile/exit": _me("exit", sure="1"),
    "volunteer /sign-in": Form(
        path="/sign-in", fields={"phone": "13800001234", "code": "123456"}, required=("phone",), closed=True
    ),
    "volunteer /sign-out": Form(path="/sign-out"),
    "staff /staff/account/password": Form(
        path="/staff/account/password",
        person="chief",
        fields={"password": "not my password", "new_password": "another long password"},
        required=("password", "new_password"),
        free=("password", "new_password"),
        closed=True,
    ),
    "staff /staff/account/second-factor": Form(
        path="/staff/account/second-factor",
        person="chief",
        fields={"secret": "A" * 32, "code": "123456"},
        required=("secret", "code"),
        closed=True,
    ),
    "staff /staff/awards/<month>/decide": _round("month", "decide"),
    "staff /staff/awards/<month>/publicise": _round("month", "publicise"),
    "staff /staff/awards/<month>/publish": _round("month", "publish"),
    "staff /staff/awards/<month>/recall": _round("month", "recall", reason="名单有误"),
    "staff /staff/awards/<month>/cancel": _round("month", "cancel", reason="名单有误"),
    "staff /staff/awards/<month>/open": Form(path="/staff/awards/{month}/open", person="chief", closed=True),
    "staff /staff/awards/<month>/propose": Form(
        path="/staff/awards/{month}/propose",
        person="chief",
        fields={"version": "1", "winners": "nobody", "reason": "他最勤快"},
        required=("version",),
        free=("reason",),
        loose=("winners",),
        closed=True,
    ),
    "staff /staff/people/<username>/reset_password": _colleague("reset_password"),
    "staff /staff/people/<username>/reset_second_factor": _colleague("reset_second_factor"),
    "staff /staff/people/<username>/leave": _colleague("leave"),
    "staff /staff/people/<username>/return": _colleague("return"),
    "staff /staff/people/<username>/roles": Form(
        path="/staff/people/{colleague}/roles",
        person="chief",
        fields={"version": "{colleague_version}", **_PERSON},
        required=("version", "roles", "scope"),
        loose=("roles",),
    ),
    "staff /staff/people/new": Form(
        path="/staff/people/new",
        person="chief",
        fields={"name": "王小明", "username": "wang.xiaoming", **_PERSON},
        required=("name", "username", "roles", "scope"),
        loose=("roles",),
        free=("name", "username"),  # a person may be called Null
        keeps="name",
    ),
    "staff /staff/records/<record_id>/confirm": _record("confirm"),
    "staff /staff/records/<record_id>/void": _record("void"),
    "staff /staff/records/new": Form(
        path="/staff/records/new",
        person="chief",
        fields={
            "volunteer": "{volunteer}",
            "activity": "楼道清洁",
            "served_on": "2026-11-19",
            "starts": "14:30",
            "minutes": "90",
            "attended": "1",
            "training_minutes": "0",
            "stars": "5",
        },
        required=("volunteer", "activity", "served_on", "starts", "minutes", "attended"),
        free=("activity",),
        keeps="activity",
    ),
    "staff /staff/reports/<reference>/file": _move("submitted", "file", subcategory="0104", urgency="P3", place="东门"),
    "staff /staff/reports/<reference>/reject": _move(
        "submitted", "reject", reason_code="not_public_matter", note="已有人报过，正在办"
    ),
    "staff /staff/reports/<reference>/dispatch": _move("filed", "dispatch", department="SAN"),
    "staff /staff/reports/<reference>/sign": _move("dispatched", "sign"),
    "staff /staff/reports/<reference>/start": Form(
        **{**vars(_move("signed", "start", note="已到现场")), "required": ("version",)}
    ),
    "staff /staff/reports/<reference>/handle": _move("started", "handle", result="已经清运并冲洗了地面，请放心"),
    "staff /staff/reports/<reference>/verify": _move("handled", "verify"),
    "staff /staff/reports/<reference>/close": _move("verified", "close", note="现场看过，已清理"),
    "staff /staff/reports/<reference>/rework": _move("handled", "rework", reason="还有一半没有清"),
    "staff /staff/reports/<reference>/reveal": _move("filed", "reveal", reason="要约他到现场"),
    "staff /staff/reports/new": Form(
        path="/staff/reports/new",
        person="chief",
        fields={**_REPORT, "channel": "phone", "area": "320105902901003", "submission_key": "hostile-call-key-0001"},
        required=("category", "description", "submission_key", "channel", "area"),
        free=("description", "place", "consent", "submission_key"),
        keeps="description",
    ),
    "staff /staff/sign-in": Form(
        path="/staff/sign-in",
        fields={"username": "nobody", "password": "wrong password", "code": ""},
        required=("username", "password"),
        free=("password",),
        closed=True,
    ),
    "staff /staff/sign-out": Form(path="/staff/sign-out", person="chief"),
    "staff /staff/stations/<station_id>/edit": Form(
        **{
            **vars(_STATION_FORM),
            "path": "/staff/stations/{station}/edit",
            "fields": {**_STATION, "version": "2"},
            "required": (*_STATION_FORM.required, "version"),
        }
    ),
    "staff /staff/stations/<station_id>/placards": Form(
        path="/staff/stations/{station}/placards", person="chief", fields={"series": "sticker"}, required=("series",)
    ),
    "staff /staff/stations/<station_id>/placards/<code>/replace": Form(
        path="/staff/stations/{station}/placards/{code}/replace", person="chief"
    ),
    "staff /staff/stations/<station_id>/placards/<code>/revoke": Form(
        path="/staff/stations/{station}/placards/{code}/revoke", person="chief"
    ),
    "staff /staff/stations/new": _STATION_FORM,
    **{
        f"staff /staff/volunteers/<volunteer_id>/{act}": _volunteer(who, act)
        for who, act in (
            ("waiting", "verify"),
            ("waiting", "reject"),
            ("volunteer", "suspend"),
            ("volunteer", "reinstate"),
            ("volunteer", "release"),
        )
    },
    "staff /staff/volunteers/<volunteer_id>/phone": Form(
        path="/staff/volunteers/{volunteer}/phone",
        person="chief",
        fields={"why": "要约他到站里"},
        required=("why",),
        free=("why",),
    ),
}

REFUSED = {
    "ten thousand characters": "长" * 10_000,
    "bytes that are no text": b"\xff\xfe\xfa",
}
"""What no field takes, whatever it is for."""

STRANGE = {
    "emoji": "🐝🐝🐝",
    "right to left": "\N{RIGHT-TO-LEFT OVERRIDE}gpj.moc",
    "markup": "<script>alert('驿站')</script>",
    "a formula": "=cmd|' /C calc'!A0",
    "an array": "[]",
    "null": "null",
    "a negative number": "-1",
    "a huge number": "9" * 30,
    "a path": "../../etc/passwd",
    "a key of another table": "STAFF#chief",
    "Arabic digits": "١٢٣",
}
"""What a field for people's own words may take, and any other must refuse."""


def expected() -> Iterator[str]:
    """Yield the names FORMS must have: one for each form, and for each choice of an address with a choice in it."""
    for route in url_map.routes():
        if route.method == "POST":
            head, _, choices = route.path.partition("<any(")
            names, _, rest = choices.partition("):")
            for name in names.split(","):
                yield f"{route.audience} {head}{name}{rest.partition('>')[2]}"
