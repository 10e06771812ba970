"""A report from the placard to a verified close: the form, the follow page, the inbox and its moves."""
