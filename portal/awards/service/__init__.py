"""Use cases of the monthly award: look at a month, open, decide by two, publicise, publish, and what people see."""

from portal.awards.service.moves import (
    cancel_round,
    decide_round,
    forget_name,
    open_round,
    propose_round,
    publicise_round,
    publish_round,
    recall_round,
    settle_rounds,
)
from portal.awards.service.own import OwnMonth, list_honours, view_own_month
from portal.awards.service.public import BoardMonth, board
from portal.awards.service.view import RoundView, list_months, view_round

__all__ = [
    "BoardMonth",
    "OwnMonth",
    "RoundView",
    "board",
    "cancel_round",
    "decide_round",
    "forget_name",
    "list_honours",
    "list_months",
    "open_round",
    "propose_round",
    "publicise_round",
    "publish_round",
    "recall_round",
    "settle_rounds",
    "view_own_month",
    "view_round",
]
