"""Reading and writing the ledger. A posting is one transaction: the claim of its source, the entry, the balance."""

import random
import time
from collections.abc import Callable, Iterator

from portal import db
from portal.errors import Busy
from portal.points import domain
from portal.points.models import (
    BALANCE,
    CLAIM,
    BalanceItem,
    ClaimItem,
    EntryItem,
    PendingItem,
    PointsRow,
    account_pk,
    claim_pk,
    entry_sk,
    pending_sk,
)

TRIES = 12
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.4  # seconds; with full jitter twelve tries wait two seconds in the mean

Answer = tuple[domain.Entry, domain.Balance] | domain.Refusal
Decide = Callable[[domain.Balance], Answer]


def post(
    *, community: str, volunteer: str, source: str, rule: str, decide: Decide, settles: bool = False
) -> domain.Posting:
    """Answer a source once: with the entry `decide` makes of the balance, or with its refusal; then always the same.

    Two round trips. `settles` removes what was pending for this source. A write that failed, or whose answer was
    lost, is never sent again blindly: the claim is read back first, and it alone says whether something was posted.
    Raises Busy when the account stays contended.
    """
    for attempt in range(TRIES):
        if attempt:
            _pause(attempt)
        try:
            claim, balance = _read(community, volunteer, claim_pk(source, rule), fresh=attempt > 0)
            if claim:
                return claim.to_domain()
            return _write(balance, source, rule, decide(balance), settles=settles)
        except (db.ConditionFailed, Busy):
            continue
    raise Busy


def _read(community: str, volunteer: str, claim: str, *, fresh: bool) -> tuple[ClaimItem | None, domain.Balance]:
    """Read the claim and the balance in one call; the first try may read what is a moment old, at half the cost."""
    keys = [(claim, CLAIM), (account_pk(community, volunteer), BALANCE)]
    with db.errors():
        found = {item.sk: item for item in PointsRow.batch_get(keys, consistent_read=fresh)}
    item = found.get(BALANCE)
    balance = item.to_domain() if isinstance(item, BalanceItem) else None
    kept = found.get(CLAIM)
    return kept if isinstance(kept, ClaimItem) else None, balance or _empty(community, volunteer)


def _write(before: domain.Balance, source: str, rule: str, answer: Answer, *, settles: bool) -> domain.Posting:
    """Store an answer on the very balance it was decided on: a refusal is as final as an entry."""
    work = db.Transaction()
    account = account_pk(before.community, before.volunteer)
    same = BalanceItem.version == before.version if before.version else BalanceItem.pk.does_not_exist()
    claim = ClaimItem.of(source, rule, before, answer if isinstance(answer, domain.Refusal) else answer[0])
    work.put(claim, ClaimItem.pk.does_not_exist(), name="claim")
    if isinstance(answer, domain.Refusal):
        work.check(BalanceItem, (account, BALANCE), same, name="balance")
    else:
        entry, after = answer
        work.put(EntryItem.of(entry), EntryItem.pk.does_not_exist(), name="entry")
        work.put(BalanceItem.of(after), same, name="balance")
    if settles:
        work.delete(PendingItem(account, pending_sk(source, rule)))
    work.commit()
    return claim.to_domain()


def _pause(attempt: int) -> None:
    """Wait a random while, longer at each try, so that those who met do not meet again."""
    time.sleep(random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt)))  # noqa: S311 - not a secret


def add_pending(pending: domain.Pending) -> None:
    """Keep what will be posted, unless its source has been answered already; a repeat changes nothing."""
    work = db.Transaction()
    key = claim_pk(pending.source, pending.rule), CLAIM
    work.check(ClaimItem, key, ClaimItem.pk.does_not_exist())
    work.put(PendingItem.of(pending))
    try:
        work.commit()
    except db.ConditionFailed:
        return


def view_account(*, community: str, volunteer: str, limit: int) -> tuple[domain.Balance, list[domain.Pending]]:
    """Return the balance and at most `limit` pending postings, in one read of up to 4 KB."""
    with db.errors():
        rows = list(PointsRow.query(account_pk(community, volunteer), limit=limit + 1))
    balance = next((row.to_domain() for row in rows if isinstance(row, BalanceItem)), _empty(community, volunteer))
    return balance, [row.to_domain() for row in rows if isinstance(row, PendingItem)][:limit]


def get_balance(*, community: str, volunteer: str) -> domain.Balance:
    """Return an account's balance as of now; an account nothing was posted to is empty."""
    try:
        with db.errors():
            return BalanceItem.get(account_pk(community, volunteer), BALANCE, consistent_read=True).to_domain()
    except BalanceItem.DoesNotExist:
        return _empty(community, volunteer)


def get_entry(*, community: str, volunteer: str, seq: int) -> domain.Entry:
    """Return one entry that a claim names."""
    with db.errors():
        return EntryItem.get(account_pk(community, volunteer), entry_sk(seq), consistent_read=True).to_domain()


def list_entries(
    *, community: str, volunteer: str, limit: int, cursor: db.Cursor | None = None
) -> db.Page[domain.Entry]:
    """Return a page of an account's entries, the newest first."""
    rows = EntryItem.query(
        account_pk(community, volunteer),
        scan_index_forward=False,
        limit=limit + 1,
        last_evaluated_key=db.start_key(cursor),
    )
    page = db.page(rows, limit=limit, keys=("pk", "sk"))
    return db.Page([item.to_domain() for item in page.items], page.cursor)


def all_entries(*, community: str, volunteer: str) -> Iterator[domain.Entry]:
    """Read every entry of an account, the oldest first, page after page."""
    with db.errors():
        for item in EntryItem.query(account_pk(community, volunteer), consistent_read=True):
            yield item.to_domain()


def list_accounts() -> list[tuple[str, str]]:
    """Return every account that has a balance or an entry: both tables are read through, for checks by hand only."""
    with db.errors():
        rows = [row.pk for row in PointsRow.scan() if isinstance(row, BalanceItem)]
        rows += [row.pk for row in EntryItem.scan(attributes_to_get=["pk", "sk"])]
    return sorted({(pk.split("#", 2)[1], pk.split("#", 2)[2]) for pk in rows})


def _empty(community: str, volunteer: str) -> domain.Balance:
    return domain.Balance(community=community, volunteer=volunteer)
