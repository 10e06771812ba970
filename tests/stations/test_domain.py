import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import ids
from portal.errors import NotFound
from portal.stations import domain


@pytest.mark.parametrize("typed", ["K7M2Q4", "k7m2q4", " k7m 2q4 ", "K7M-2Q4"])
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert domain.read_code(typed) == "K7M2Q4"


@pytest.mark.parametrize(
    "typed", ["", "K7M2Q", "K7M2Q44", "K7M2QO", "K7M2Q/", "Ｋ７Ｍ２Ｑ４", "😀😀😀😀😀😀", "ﬀM2Q4", "K" * 10_000]
)
def test_what_no_placard_can_have_is_no_code(typed: str) -> None:
    assert domain.read_code(typed) == ""


@given(st.text(alphabet=ids.ALPHABET, min_size=6, max_size=6))
def test_every_code_that_can_be_issued_is_read(code: str) -> None:
    assert domain.read_code(code.lower()) == code


@given(st.text())
def test_reading_a_code_never_fails(text: str) -> None:
    assert domain.read_code(text) == "" or domain.read_code(text).isascii()


def test_a_qr_says_the_link_in_upper_case_and_a_person_reads_it_short() -> None:
    url = domain.placard_url(base_url="https://ls.example.cn/", code="K7M2Q4")
    assert url == "HTTPS://LS.EXAMPLE.CN/S/K7M2Q4"
    assert domain.short_url(base_url="https://LS.example.cn", code="K7M2Q4") == "ls.example.cn/s/K7M2Q4"


def test_a_station_says_which_community_keeps_it() -> None:
    assert domain.community_of("320105902901-K7M2") == "320105902901"


@pytest.mark.parametrize(
    "station_id", ["", "K7M2", "320105902901", "320105902901-K7M2X", "320105902901-\n", "x" * 10_000]
)
def test_an_id_that_no_station_has_is_not_found(station_id: str) -> None:
    with pytest.raises(NotFound):
        domain.community_of(station_id)


@pytest.mark.parametrize("text", ["宁小蜂驿站（庐山路12号）", "A 座 1-2", "喆堃昇珺", "Luo's & Co."])
def test_names_of_places_can_be_printed(text: str) -> None:
    assert domain.can_be_printed(text)


@pytest.mark.parametrize("text", ["驿站😀", "<b>驿站</b>", "שלום", "محطة", "\u202e驿站", "驿\n站", "驿\x00站", "=1+1"])
def test_what_a_placard_cannot_show_is_not_printed(text: str) -> None:
    assert not domain.can_be_printed(text)


def test_every_choice_has_words() -> None:
    assert set(domain.STATUS_WORDS) == set(domain.StationStatus)
    assert set(domain.FACILITY_WORDS) == set(domain.Facility)
    assert set(domain.GROUP_WORDS) == set(domain.Group)
    assert set(domain.SERIES_WORDS) == set(domain.Series)


def test_codes_use_the_letters_that_are_made_elsewhere() -> None:
    assert set(ids.ALPHABET) == domain._CODE_LETTERS
