"""Placards on paper: an A4 poster, and a sheet of twelve stickers. No emblem and no seal is drawn."""

from io import BytesIO
from typing import Any

from portal.stations import domain, qr

FONT = "STSong-Light"
_BRAND = (0.039, 0.42, 0.322)
_INK = (0.106, 0.122, 0.137)
_PAGE = (210.0, 297.0)
_CELL = (63.0, 66.0)
_COLUMNS, _ROWS = 3, 4
_POSTER_QR, _STICKER_QR = 100.0, 36.0
DOORS = (
    ("1 说一声", "身边有问题，选类型写几句", "一分钟，不用注册"),
    ("2 查进度", "凭查询码随时看", "办完请您打分"),
    ("3 一起干", "报名做志愿者", "积分有明细，查得到"),
)


def poster(*, placard: domain.Placard, base_url: str) -> bytes:
    """Return the A4 poster of a placard as PDF. Its texts are Chinese whatever language the staff page has."""
    page = _Page(title=f"{placard.station_name} {placard.code}")
    page.band(_PAGE[1] - 22, 22)
    page.line("身边有问题，扫码说一声", size=40, middle=105, bottom=248, width=180, colour=_BRAND)
    page.line(f"{placard.community_name} · {placard.station_name}", size=22, middle=105, bottom=233, width=180)
    page.symbol(domain.placard_url(base_url=base_url, code=placard.code), middle=105, bottom=118, side=_POSTER_QR)
    page.line(f"站牌编号 {spaced(placard.code)}", size=20, middle=105, bottom=95, width=180)
    short = domain.short_url(base_url=base_url, code=placard.code)
    page.line(f"扫不了？打开 {short}", size=16, middle=105, bottom=84, width=180)
    for number, (door, first, second) in enumerate(DOORS):
        middle = 40 + 65 * number
        page.line(door, size=22, middle=middle, bottom=60, width=60, colour=_BRAND)
        page.line(first, size=14, middle=middle, bottom=51, width=60)
        page.line(second, size=14, middle=middle, bottom=44, width=60)
    page.line(_emergency(placard), size=14, middle=105, bottom=22, width=180)
    return page.finish()


def stickers(*, placard: domain.Placard, base_url: str) -> bytes:
    """Return a sheet of twelve stickers of a placard as PDF, with dashed lines to cut along."""
    page = _Page(title=f"{placard.station_name} {placard.code}")
    left, bottom = ((_PAGE[0] - _COLUMNS * _CELL[0]) / 2, (_PAGE[1] - _ROWS * _CELL[1]) / 2)
    page.cuts(left, bottom)
    for number in range(_COLUMNS * _ROWS):
        row, column = divmod(number, _COLUMNS)
        _sticker(page, placard, base_url, (left + column * _CELL[0], bottom + row * _CELL[1]))
    return page.finish()


def spaced(code: str) -> str:
    """Return a code as it is printed and read aloud: `K7M 2Q4`."""
    return f"{code[:3]} {code[3:]}"


def _sticker(page: "_Page", placard: domain.Placard, base_url: str, corner: tuple[float, float]) -> None:
    middle, width, bottom = corner[0] + _CELL[0] / 2, _CELL[0] - 6, corner[1]
    page.line("扫码说一声", size=12, middle=middle, bottom=bottom + 60, width=width, colour=_BRAND)
    url = domain.placard_url(base_url=base_url, code=placard.code)
    page.symbol(url, middle=middle, bottom=bottom + 18, side=_STICKER_QR)
    where = f"{placard.community_name} · {placard.station_name}"
    page.line(where, size=8, middle=middle, bottom=bottom + 9.2, width=width)
    page.line(f"编号 {spaced(placard.code)}", size=9, middle=middle, bottom=bottom + 5.4, width=width)
    short = domain.short_url(base_url=base_url, code=placard.code)
    page.line(short, size=7, middle=middle, bottom=bottom + 2.2, width=width)


def _emergency(placard: domain.Placard) -> str:
    phone = f"社区电话 {placard.community_phone}　" if placard.community_phone else ""
    return f"{phone}紧急情况请直接拨 110、119、120"


class _Page:
    """One A4 page measured in millimetres from its lower left corner."""

    def __init__(self, title: str) -> None:
        from reportlab.lib.units import mm  # noqa: PLC0415 - the heaviest import of the staff function
        from reportlab.pdfbase import cidfonts, pdfmetrics  # noqa: PLC0415 - as above
        from reportlab.pdfgen import canvas  # noqa: PLC0415 - as above

        # The reader's own Chinese font is used: nothing is embedded, and rare characters are there too (ux.md 5).
        pdfmetrics.registerFont(cidfonts.UnicodeCIDFont(FONT))
        self._width_of = pdfmetrics.stringWidth
        self._mm = mm
        self._buffer = BytesIO()
        self._canvas: Any = canvas.Canvas(self._buffer, pagesize=(_PAGE[0] * mm, _PAGE[1] * mm), invariant=1)
        self._canvas.setTitle(title)

    def line(
        self, text: str, *, size: float, middle: float, bottom: float, width: float, colour: tuple[float, ...] = _INK
    ) -> None:
        """Write a line around a middle, smaller where it would not fit."""
        size = min(size, size * width * self._mm / max(self._width_of(text, FONT, size), 1))
        self._canvas.setFillColorRGB(*colour)
        self._canvas.setFont(FONT, size)
        self._canvas.drawCentredString(middle * self._mm, bottom * self._mm, text)

    def symbol(self, text: str, *, middle: float, bottom: float, side: float) -> None:
        """Draw a QR code of a side without its quiet zone; whoever lays out the page keeps that free."""
        symbol = qr.encode(text)
        module = side / symbol.size * self._mm
        left, top = middle * self._mm - symbol.size * module / 2, bottom * self._mm + symbol.size * module
        path = self._canvas.beginPath()
        for run in symbol.runs:
            path.rect(left + run.left * module, top - (run.top + 1) * module, run.length * module, module)
        self._canvas.setFillColorRGB(0, 0, 0)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def band(self, bottom: float, height: float) -> None:
        """Fill a coloured band across the page."""
        self._canvas.setFillColorRGB(*_BRAND)
        self._canvas.rect(0, bottom * self._mm, _PAGE[0] * self._mm, height * self._mm, stroke=0, fill=1)

    def cuts(self, left: float, bottom: float) -> None:
        """Draw the dashed lines between stickers."""
        self._canvas.setDash(2, 2)
        self._canvas.setStrokeColorRGB(0.7, 0.7, 0.7)
        columns = [(left + number * _CELL[0]) * self._mm for number in range(_COLUMNS + 1)]
        rows = [(bottom + number * _CELL[1]) * self._mm for number in range(_ROWS + 1)]
        self._canvas.grid(columns, rows)

    def finish(self) -> bytes:
        """Return the PDF."""
        self._canvas.showPage()
        self._canvas.save()
        return self._buffer.getvalue()
