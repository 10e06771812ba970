"""The ledger's arithmetic: what a deed earns under its caps, and what an account's entries add up to."""

from portal.points.domain.account import (
    MONTHS_SHOWN,
    Balance,
    Counters,
    Entry,
    as_plain,
    canonical,
    find_faults,
    replay,
)
from portal.points.domain.book import Kind, Rule, RuleBook, service_points
from portal.points.domain.posting import (
    SYSTEM,
    Credit,
    Pending,
    Posting,
    Reason,
    Refusal,
    Tally,
    award,
    count_tally,
    recall_tally,
    reverse,
)

__all__ = [
    "MONTHS_SHOWN",
    "SYSTEM",
    "Balance",
    "Counters",
    "Credit",
    "Entry",
    "Kind",
    "Pending",
    "Posting",
    "Reason",
    "Refusal",
    "Rule",
    "RuleBook",
    "Tally",
    "as_plain",
    "award",
    "canonical",
    "count_tally",
    "find_faults",
    "recall_tally",
    "replay",
    "reverse",
    "service_points",
]
