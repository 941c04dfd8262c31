"""What the kinds of journal rows are called where a person reads them."""

from typing import Final

KINDS: Final = {
    "activity": "Moved without a trade",
    "alarm": "Notice",
    "alarm.over": "Notice ended",
    "alarm.kept": "Notice to see",
    "alarm.seen": "Notice seen",
    "backup.second": "Second place for backups",
    "day": "Day begins",
    "fill": "Fill",
    "fill.busted": "Fill taken back",
    "keep_running": "Keep running",
    "listing": "Names changed",
    "order.acked": "Order working",
    "order.attested": "Order ended on your word",
    "order.cancel_pending": "Order being cancelled",
    "order.canceled": "Order cancelled",
    "order.canceling": "Order being cancelled",
    "order.fitted": "Order made to fit",
    "order.in_doubt": "Order not confirmed",
    "order.intent": "Order waits here",
    "order.look_up_failed": "Look-up unanswered",
    "order.not_found": "Looked up, not found",
    "order.partial": "Order partly filled",
    "order.placed": "Order asked for",
    "order.replace_pending": "Order being changed",
    "order.replacing": "Order being changed",
    "order.unknown": "Order not confirmed",
    "order.unsent": "Order not sent",
    "order.abandoned": "Order dropped unsent",
    "orders.asked_back": "Cancels asked for",
    "position.adjusted": "Position corrected",
    "practice.plug": "Plug pulled",
    "practice.time": "Market time set",
    "practice.jump": "Market time jumped",
    "practice.day": "Day chosen",
    "practice.fault": "Fault switched",
    "practice.cash": "Practice cash",
    "practice.run": "Run begun",
    "reconciled": "Books agree",
    "replay": "Recording replayed",
    "settings.idle": "Idle lock set",
    "settings.ticket": "New tickets set",
    "trading.lifted": "Trading resumed",
    "trading.written": "Trading level kept",
    "workspace": "Workspace begun",
    "workspace.claimed": "Workspace claimed",
    "workspace.moved": "Workspace moved",
}


def kind_words(kind: str) -> str:
    """A kind without words of its own says what it is by its name: “Job missed”."""
    return KINDS.get(kind) or kind.replace(".", " ").replace("_", " ").capitalize()
