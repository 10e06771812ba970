import re

import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from portal import ids
from portal.stations import domain, qr

URL = "HTTPS://LS.EXAMPLE.CN/S/K7M2Q4"


def picture(path: str, side: int) -> Image.Image:
    """Draw an SVG path of horizontal strokes as a browser would, four pixels a module."""
    image = Image.new("L", (side, side), 255)
    for left, top, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path):
        image.paste(0, (int(left), int(top), int(left) + int(length), int(top) + 1))
    return image.resize((4 * side, 4 * side), Image.Resampling.NEAREST)


@given(st.text(alphabet=ids.ALPHABET, min_size=6, max_size=6))
def test_every_code_decodes_to_exactly_its_link(code: str) -> None:
    url = domain.placard_url(base_url="https://ls.example.cn", code=code)
    symbol = qr.encode(url)
    (found,) = zxingcpp.read_barcodes(picture(symbol.path, symbol.side))
    assert found.text == url


def test_the_symbol_survives_a_stain() -> None:
    symbol = qr.encode(URL)
    image = picture(symbol.path, symbol.side)
    image.paste(255, (60, 60, 88, 88))
    (found,) = zxingcpp.read_barcodes(image)
    assert found.text == URL
    assert found.ec_level == "Q"


def test_the_path_is_small_and_leaves_a_quiet_zone() -> None:
    symbol = qr.encode(URL)
    assert len(symbol.path) < 2500
    assert picture(symbol.path, symbol.side).getbbox() is not None
    assert all(int(left) >= qr.QUIET for left in re.findall(r"M(\d+)", symbol.path))


def test_upper_case_makes_a_smaller_symbol() -> None:
    long = "https://yizhan.lushan.example.org.cn/s/K7M2Q4"
    assert qr.encode(long.upper()).size < qr.encode(long).size
