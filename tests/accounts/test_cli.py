"""The operator's commands."""

import pytest
from flask.testing import FlaskCliRunner

from portal import clock
from portal.accounts import domain, passwords, service
from portal.app import create_app
from portal.config import Config
from portal.workflow import Role

ADMIN = ("accounts", "create-admin", "--username", "Chen.Lan", "--name", "陈兰", "--area", "320105902901")


@pytest.fixture
def run(storage: Config, monkeypatch: pytest.MonkeyPatch) -> FlaskCliRunner:
    monkeypatch.setattr(passwords, "COST", (16, 1, 1))
    return create_app(storage).test_cli_runner()


def enter(password: str) -> frozenset[Role]:
    return service.sign_in(username="chen.lan", password=password, code="", address="x", now=clock.now())[1].roles


def test_the_first_administrator_is_asked_for_a_password_and_can_sign_in(run: FlaskCliRunner) -> None:
    done = run.invoke(args=ADMIN, input="correct horse\ncorrect horse\n")
    assert done.exit_code == 0
    assert "correct horse" not in done.output
    assert enter("correct horse") == {Role.COMMUNITY_ADMIN}


@pytest.mark.parametrize(
    ("args", "typed", "words"),
    [
        (ADMIN, "short", "10"),
        ((*ADMIN[:-1], "12"), "correct horse", "编码"),
        (
            ("accounts", "create-admin", "--username", "陈", "--name", "陈兰", "--area", "320105"),
            "correct horse",
            "用户名",
        ),
        (("accounts", "reset-password", "--username", "nobody"), "", "没有找到"),
        (("accounts", "disable", "--username", "nobody"), "", "没有找到"),
    ],
)
def test_mistakes_get_one_plain_line(run: FlaskCliRunner, args: tuple[str, ...], typed: str, words: str) -> None:
    done = run.invoke(args=args, input=f"{typed}\n{typed}\n")
    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output


def test_a_reset_password_opens_the_door_to_a_new_one_only(run: FlaskCliRunner) -> None:
    run.invoke(args=ADMIN, input="correct horse\ncorrect horse\n")
    done = run.invoke(args=("accounts", "reset-password", "--username", "chen.lan"))
    assert enter(done.output.split()[-1]) == frozenset()


def test_a_disabled_account_opens_nothing(run: FlaskCliRunner) -> None:
    run.invoke(args=ADMIN, input="correct horse\ncorrect horse\n")
    assert run.invoke(args=("accounts", "disable", "--username", "chen.lan")).exit_code == 0
    with pytest.raises(domain.SignInRefused):
        enter("correct horse")


@pytest.mark.parametrize("command", ["create-admin", "reset-password", "disable"])
def test_every_command_explains_itself_with_an_example(run: FlaskCliRunner, command: str) -> None:
    done = run.invoke(args=("accounts", command, "--help"))
    assert f"flask --app portal.app accounts {command} --username chen.lan" in done.output
