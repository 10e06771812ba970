"""A QR code as modules, and as one small SVG path."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

QUIET = 4
"""Modules that must stay white on every side, or decoders fail (ux.md 5)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Dark modules side by side, counted from the left and from the top."""

    left: int
    top: int
    length: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code: `size` modules a side without its quiet zone."""

    size: int
    runs: tuple[Run, ...]

    @property
    def side(self) -> int:
        """Modules a side, quiet zone included: the SVG's view box."""
        return self.size + 2 * QUIET

    @property
    def path(self) -> str:
        """The SVG path of all dark modules, to be stroked one module wide; the quiet zone is left free."""
        return "".join(f"M{run.left + QUIET} {run.top + QUIET}.5h{run.length}" for run in self.runs)


@lru_cache(maxsize=64)
def encode(text: str) -> Symbol:
    """Return the QR code of a text at error level Q: readable with a quarter of it dirty or torn."""
    import qrcode  # noqa: PLC0415 - only staff who print need it

    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)
    code.add_data(text, optimize=0)
    rows = code.get_matrix()
    return Symbol(len(rows), tuple(run for top, row in enumerate(rows) for run in _runs(top, row)))


def _runs(top: int, row: list[bool]) -> list[Run]:
    runs, left = [], 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            runs.append(Run(left, top, length))
        left += length
    return runs
