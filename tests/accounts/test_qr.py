"""The authenticator's QR, read by a real decoder."""

import re

import zxingcpp
from PIL import Image

from portal.accounts import passwords, qr


def test_a_decoder_reads_the_link_from_the_drawn_path() -> None:
    link = passwords.enrolment_link(passwords.new_secret(), username="chen.lan", issuer="驿站")
    path, side = qr.svg_path(link)
    picture = Image.new("L", (side, side), 255)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        picture.paste(0, (int(x), int(y), int(x) + int(length), int(y) + 1))
    (found,) = zxingcpp.read_barcodes(picture.resize((side * 6, side * 6), Image.Resampling.NEAREST))
    assert found.text == link


def test_four_white_modules_surround_it() -> None:
    path, side = qr.svg_path("otpauth://totp/x")
    columns = [int(x) for x in re.findall(r"M(\d+) ", path)]
    rows = [int(y) for y in re.findall(r"M\d+ (\d+)h", path)]
    assert min(columns) == min(rows) == qr.QUIET
    assert max(rows) == side - qr.QUIET - 1
