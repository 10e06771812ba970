import pytest
from flask.testing import FlaskCliRunner

from portal.app import create_app
from portal.config import Config
from tests.areas import build


@pytest.fixture
def run(storage: Config) -> FlaskCliRunner:
    build.places()
    return create_app(storage).test_cli_runner()


def test_a_deadline_is_printed_in_beijing_time(run: FlaskCliRunner) -> None:
    answer = run.invoke(args=["areas", "deadline", "--from", "2026-11-20T16:30", "--limit", "4wh"])
    assert answer.output == "2026-11-23T11:00 Mon\n"


def test_a_deadline_in_an_unpublished_year_says_so(run: FlaskCliRunner) -> None:
    answer = run.invoke(args=["areas", "deadline", "--from", "2026-12-31T16:30", "--limit", "4wh"])
    assert answer.output.startswith("2027-01-01T11:00 Fri provisional")


def test_a_place_that_works_on_a_saturday_is_due_earlier(run: FlaskCliRunner) -> None:
    set_day = ["areas", "set-day", "--area", "320105", "--day", "2026-11-21", "--works"]
    assert run.invoke(args=set_day).output == "320105 建邺区: 2026-11-21 works\n"
    ask = ["areas", "deadline", "--from", "2026-11-20T16:30", "--limit", "4wh", "--area", build.GRID]
    assert run.invoke(args=ask).output == "2026-11-21T11:00 Sat\n"


@pytest.mark.parametrize(
    "args",
    [
        ["deadline", "--from", "2026-11-20T16:30", "--limit", "soon"],
        ["deadline", "--from", "2026-11-20T16:30", "--limit", "4wh", "--area", "320106"],
        ["set-day", "--area", "320106", "--day", "2026-11-21", "--rests"],
    ],
)
def test_a_command_that_cannot_be_done_says_why_in_one_line(run: FlaskCliRunner, args: list[str]) -> None:
    answer = run.invoke(args=["areas", *args])
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert answer.output.count("\n") == 1
