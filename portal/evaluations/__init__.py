"""Indicators, weights and monthly scores: what the deeds of a month add up to, with every input behind the number."""
