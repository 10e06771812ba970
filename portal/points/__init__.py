"""The points ledger: postings, balances, rules, reversals."""
