"""The English catalogue: collects what pages say in Chinese, keeps the file current, names what has no English yet."""

import pathlib
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields

from babel.messages import extract, pofile
from babel.messages.catalog import Catalog

from portal.config import Config
from portal.reports import rules

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "translations/en/LC_MESSAGES/messages.po"
KEYWORDS = extract.DEFAULT_KEYWORDS | {"N_": None}
SHOWN_SETTINGS = {"brand", "controller"}
"""Settings whose defaults stand on pages; an operator's own words are never translated."""


def collect() -> Catalog:
    """Return all that pages say now: sentences marked in code and templates, names in settings and rule data."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    found = Catalog(locale="en")
    for name, _, message, _, context in extract.extract_from_dir(
        ROOT, [(each["pattern"], each["method"]) for each in settings], keywords=KEYWORDS
    ):
        found.add(message, locations=[(name, 0)], context=context)
    for name, words in _names():
        found.add(words, locations=[(name, 0)])
    return found


def _names() -> Iterator[tuple[str, str]]:
    for each in fields(Config):
        if each.name in SHOWN_SETTINGS:
            yield "portal/config.py", str(each.default)
    for table in (rules.current().departments, rules.current().reject_reasons):
        for words in table.values():
            yield "portal/reports/rules.toml", words


def read() -> Catalog:
    """Return the catalogue as it is kept."""
    with FILE.open("rb") as kept:
        return pofile.read_po(kept, locale="en")


def update() -> Catalog:
    """Bring the file up to what pages say now; new sentences wait there with empty English, old ones go."""
    catalogue, found = read(), collect()
    found.creation_date = catalogue.creation_date  # the file changes only when a sentence does
    catalogue.update(found, no_fuzzy_matching=True)
    with FILE.open("wb") as kept:
        pofile.write_po(kept, catalogue, width=0, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the sentences without English, or with English that nobody has looked at."""
    return [str(each.id) for each in catalogue if each.id and (each.fuzzy or not each.string)]


def main() -> int:
    """Answer the exit code: 1 while English is missing."""
    missing = untranslated(update())
    print("\n".join(missing) or "Every sentence has its English.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
