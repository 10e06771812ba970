"""Award rounds: a month's scores, frozen, decided by two people, publicised, and published as honours."""
