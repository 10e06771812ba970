"""No file holds anything about a real person: numbers are invented, and marked so by their form."""

import re

from tests.project.test_layout import FILES, read, short

TEXTS = [
    path for path in FILES if path.suffix in {".py", ".md", ".html", ".toml", ".yaml", ".js", ".po", ".json", ".txt"}
]
_IDENTITY = re.compile(r"(?<![\dA-Za-z])[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])")
_MAIL = re.compile(r"[\w.+-]+@(?!example\b)[\w-]+\.[a-z]{2,}")
_MOBILE = re.compile(r"(?<![\d-])1[3-9]\d{9}(?!\d)")
_INVENTED = re.compile(r"0000|1111|2222|1234|5678|5550")
_KEY = re.compile(r"AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY")


def found(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    return [(short(path), match.group()) for path in TEXTS for match in pattern.finditer(read(path))]


def test_no_file_holds_an_identity_number() -> None:
    assert found(_IDENTITY) == []


def test_no_file_holds_a_mail_address_that_could_be_real() -> None:
    assert [each for each in found(_MAIL) if not each[1].endswith((".example", ".invalid"))] == []


def test_no_file_holds_a_key() -> None:
    assert found(_KEY) == []


def test_every_mobile_number_is_plainly_invented() -> None:
    assert [each for each in found(_MOBILE) if not _INVENTED.search(each[1])] == []
