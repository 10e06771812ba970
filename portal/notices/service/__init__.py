"""Use cases of notices: send a code now, queue what can wait, deliver what is due."""

from portal.notices.service.channels import bind
from portal.notices.service.send import deliver_due, list_outbox, queue_notice, send_code

__all__ = ["bind", "deliver_due", "list_outbox", "queue_notice", "send_code"]
