import pathlib
import stat

import pytest

from infra.local import settings
from portal.config import Config


def read(**environ: str) -> settings.Settings:
    return settings.Settings.read(environ)


def test_nothing_set_means_this_machine_only() -> None:
    chosen = read()
    assert chosen.base_url == "http://127.0.0.1:8000"
    assert chosen.data == settings.ROOT / ".local"


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "８０"])
def test_a_port_that_is_none_is_refused_in_one_line(port: str) -> None:
    with pytest.raises(settings.BadStart, match="PORT must be a number") as refusal:
        read(PORT=port)
    assert "\n" not in str(refusal.value)


def test_another_engine_is_refused_until_it_is_offered() -> None:
    with pytest.raises(settings.BadStart, match="only the embedded engine"):
        read(ENGINE="dynamodb-local")


def test_placards_carry_the_address_others_can_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "lan_address", lambda: "192.168.1.20")
    assert read(HOST="::", PORT="8080").base_url == "http://192.168.1.20:8080"
    assert read(HOST="::1").base_url == "http://[::1]:8000"


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: pathlib.Path) -> None:
    first = settings.load_keys(tmp_path / "new")
    assert settings.load_keys(tmp_path / "new") == first
    assert stat.S_IMODE((tmp_path / "new" / "keys.json").stat().st_mode) == 0o600


def test_damaged_keys_stop_the_start_instead_of_making_new_ones(tmp_path: pathlib.Path) -> None:
    (tmp_path / "keys.json").write_text("{", encoding="utf-8")
    with pytest.raises(settings.BadStart, match="cannot be read"):
        settings.load_keys(tmp_path)
    assert (tmp_path / "keys.json").read_text(encoding="utf-8") == "{"


def test_the_environment_makes_a_config_of_a_local_run(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIZHAN_BRAND", "南苑驿站")
    config = Config.from_env(read(DATA=str(tmp_path)).environment("http://127.0.0.1:4566"))
    assert config.local
    assert config.demo
    assert config.brand == "南苑驿站"
    assert config.engine_url == "http://127.0.0.1:4566"
