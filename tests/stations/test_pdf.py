from collections.abc import Callable

import pypdfium2
import pytest
import zxingcpp

from portal.stations import domain, pdf
from tests.stations import build

BASES = ["https://ls.example.cn", "http://192.168.1.105:8000", "https://yizhan.lushan-community.jianye.gov.cn"]
PRINTS = [(pdf.poster, 1), (pdf.stickers, 12)]
Print = Callable[..., bytes]


def read_codes(document: bytes) -> list[str]:
    """Return what a camera would read on every page."""
    pages = pypdfium2.PdfDocument(document)
    pictures = [page.render(scale=2).to_pil() for page in pages]
    return [found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)]


def text_of(document: bytes) -> str:
    """Return the words of the first page."""
    text: str = pypdfium2.PdfDocument(document)[0].get_textpage().get_text_range()
    return text


@pytest.mark.parametrize("base_url", BASES)
@pytest.mark.parametrize(("print_it", "number"), PRINTS)
def test_every_code_on_paper_opens_the_placard(print_it: Print, number: int, base_url: str) -> None:
    document = print_it(placard=build.placard(), base_url=base_url)
    assert read_codes(document) == [domain.placard_url(base_url=base_url, code="K7M2Q4")] * number


@pytest.mark.parametrize(("print_it", "number"), PRINTS)
def test_who_cannot_scan_can_read_and_type(print_it: Print, number: int) -> None:
    words = text_of(print_it(placard=build.placard(), base_url=BASES[0]))
    assert words.count("K7M 2Q4") == number
    assert words.count("ls.example.cn/s/K7M2Q4") == number
    assert words.count("宁小蜂驿站") == number


def test_the_poster_names_three_doors_and_whom_to_call() -> None:
    words = text_of(pdf.poster(placard=build.placard(), base_url=BASES[0]))
    for part in ("说一声", "查进度", "一起干", "02586000001", "110"):
        assert part in words


def test_a_community_without_a_phone_prints_none() -> None:
    words = text_of(pdf.poster(placard=build.placard(community_phone=""), base_url=BASES[0]))
    assert "社区电话" not in words


@pytest.mark.parametrize(("print_it", "number"), PRINTS)
def test_the_longest_and_rarest_names_fit_the_page(print_it: Print, number: int) -> None:
    name = "喆堃昇珺翀嫚犇赟祎頔" * 3
    document = print_it(placard=build.placard(station_name=name), base_url=BASES[2])
    page = pypdfium2.PdfDocument(document)[0]
    edges = [each.get_bounds() for each in page.get_objects()]
    assert min(left for left, *_ in edges) >= 0
    assert max(right for _, _, right, _ in edges) <= page.get_width() + 0.01
    assert len(read_codes(document)) == number


def test_the_same_placard_gives_the_same_bytes() -> None:
    first, second = (pdf.poster(placard=build.placard(), base_url=BASES[0]) for _ in range(2))
    assert first == second
    assert len(first) < 10_000
