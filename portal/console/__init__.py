"""The pages that stand above the features: the public home and board, and the staff's first page. Stores nothing."""
