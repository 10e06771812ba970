"""Messages out: templates, the outbox, and what hands them to the carrier."""
