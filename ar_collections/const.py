"""Codes of the collections suite, each in one table.

The codes are stored: renaming one needs a migration. The labels are translated
through the selection fields that use the tables.
"""

from datetime import date

CHANNELS = [
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("post", "Post"),
    ("sms", "SMS"),
    ("phone", "Phone call"),
]

CUSTOMER_KINDS = [
    ("business", "Business"),
    ("consumer", "Consumer"),
    ("public", "Public body"),
]

# === WHY A DEBT IS SAID, WAITS OR IS SKIPPED === #

# Said now.
SAID = [
    ("climbs", "Climbs to the next level"),
    ("courtesy", "Reminded before the due date"),
    ("repeats", "Level is repeated"),
]
# Waits for a day: the next date tells which.
WAITING = [
    ("not_due", "Not due yet"),
    ("too_soon_level", "Day of the next level not reached"),
    ("too_soon_item", "Too soon after the last notice for this debt"),
    ("too_soon_customer", "Too soon after the last notice to the customer"),
    ("deadline_running", "Deadline of the last notice still running"),
    ("proposed", "In a notice that waits to be sent"),
    ("outside_window", "Outside business days or the sending window"),
    ("run_limit", "Maximum of notices for the day reached"),
    ("formal_first", "Waits while a formal notice goes to the customer"),
]
# Held by a fact of the ledger or by the setup.
HELD_BY_FACT = [
    ("opening_review", "Waits for the opening review"),
    ("no_followup", "Excluded from follow-up"),
    ("blocked", "Invoice is blocked"),
    ("in_process", "Payment in process"),
    ("unmatched_receipt", "Unmatched receipt from the customer"),
    ("covered", "Covered by credits"),
    ("no_policy", "No policy fits the customer"),
    ("below_minimum", "Overdue amount below the minimum"),
    ("condition", "Condition of the level not met"),
    ("bank_unknown", "Bank not known far enough"),
    ("no_address", "No address on any channel"),
    ("too_few_reminders", "Too few reminders before the formal notice"),
    ("ladder_end", "End of the ladder reached"),
    ("charge_only", "Late fees alone are not reminded"),
    ("paused", "Follow-up is paused"),
]
# Held by a person or by what the customer said, on a debt, an invoice or the case.
HOLD_REASONS = [
    ("hold", "On hold"),
    ("dispute", "Dispute"),
    ("promise", "Promise to pay"),
    ("plan", "Payment plan"),
    ("replied", "Customer replied"),
    ("insolvency", "Insolvency"),
    ("deceased", "Deceased"),
    ("respite", "Statutory respite"),
    ("represented", "Represented by a third party"),
    ("agency", "Placed with an agency"),
    ("direct_debit", "Direct debit or autopay"),
]
ITEM_REASONS = SAID + WAITING + HELD_BY_FACT + HOLD_REASONS

# These stop the whole customer, and charges too.
CUSTOMER_STOPS = frozenset({"insolvency", "deceased", "respite", "represented"})
# What counts as time on hold in the ladder's rule on long holds.
HOLD_CODES = frozenset(dict(HOLD_REASONS)) | {
    "no_followup",
    "blocked",
    "in_process",
    "unmatched_receipt",
}

# A reminder sent by hand goes out whatever the clocks of the ladder say, but not where
# a fact or a person holds the debt.
STOPS_BY_HAND = frozenset(dict(HELD_BY_FACT + HOLD_REASONS)) - {
    "below_minimum",
    "condition",
    "ladder_end",
    "bank_unknown",
    "no_policy",
    "too_few_reminders",
}

# === WHY A NOTICE OR ONE OF ITS LINES WAS CANCELLED === #

CANCEL_REASONS = [
    ("settled", "Settled before it was sent"),
    ("changed", "The debt changed before it was sent"),
    ("skipped_wait", "Skipped: wait"),
    ("skipped_done", "Skipped: treated as done"),
    ("withdrawn", "Withdrawn"),
    ("by_hand", "Cancelled by hand"),
    ("rung_reset", "Rung set by hand"),
    ("test_over", "Test is over"),
]
LINE_CANCEL_REASONS = CANCEL_REASONS + ITEM_REASONS

# === STATES === #

RUN_STATES = [
    ("draft", "New"),
    ("planning", "Planning"),
    ("planned", "Planned"),
    ("executing", "Executing"),
    ("done", "Done"),
]
NOTICE_STATES = [
    ("to_approve", "To approve"),
    ("planned", "Planned"),
    ("executing", "Executing"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
# target: states from which it may be reached
NOTICE_TRANSITIONS = {
    "to_approve": ("planned",),
    "planned": ("to_approve",),
    "executing": ("planned", "failed"),
    "done": ("planned", "executing", "failed"),
    "failed": ("planned", "executing", "done"),
    "cancelled": ("planned", "to_approve", "executing", "failed", "done"),
}
OPEN_NOTICE_STATES = ("planned", "to_approve", "executing")

DELIVERY_STATES = [
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("done", "Done"),
    ("bounced", "Bounced"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
DELIVERY_TRANSITIONS = {
    "queued": ("failed",),
    "sent": ("queued",),
    "done": ("queued", "sent"),
    "bounced": ("queued", "sent"),
    "failed": ("queued", "sent"),
    "cancelled": ("queued", "failed"),
}
# A message in one of these states has reached the customer, as far as we know.
DELIVERED_STATES = ("sent", "done")

LINE_ROLES = [
    ("climbing", "Reminded now"),
    ("overdue", "Also overdue"),
    ("not_due", "Not yet due"),
]

REVIEW_STATES = [
    ("opening", "Opening review"),
    ("followed", "Followed"),
    ("not_followed", "Not followed"),
]

CALL_OUTCOMES = [
    ("reached_promise", "Reached: promises to pay"),
    ("reached_dispute", "Reached: disputes the debt"),
    ("reached_paid", "Reached: says it is paid"),
    ("reached_callback", "Reached: wants to be called back"),
    ("reached_refuses", "Reached: refuses to pay"),
    ("left_message", "Left a message"),
    ("no_answer", "No answer"),
    ("wrong_number", "Wrong number"),
]
# The customer got the message only with these.
CALL_REACHED = frozenset(
    {
        "reached_promise",
        "reached_dispute",
        "reached_paid",
        "reached_callback",
        "reached_refuses",
        "left_message",
    }
)

# === CREDIT === #

CREDIT_STATES = [
    ("undecided", "Not decided"),
    ("none", "No credit"),
    ("limit", "Limit"),
    ("unlimited", "Unlimited"),
]
PAYER_RATINGS = [
    ("new", "New"),
    ("good", "Good"),
    ("slow", "Slow"),
    ("poor", "Poor"),
]
# What a customer could cost us now; money that the customer has with us is negative.
EXPOSURE_PARTS = [
    ("receivable", "Open invoices"),
    ("draft_invoices", "Draft invoices without an order"),
    ("orders_delivered", "Delivered, not invoiced"),
    ("orders_open", "Ordered, not delivered"),
    ("credits", "Free credits and payments"),
]
# Why credit is on hold. The first three depend on the amount that is asked for.
CREDIT_REASONS = [
    ("undecided", "Credit not decided"),
    ("no_credit", "No credit"),
    ("over_limit", "Over the credit limit"),
    ("over_group", "Over the group's credit limit"),
    ("overdue", "Overdue for too long"),
    ("level", "Reminder level stops credit"),
    ("review_lapsed", "Credit review lapsed"),
    ("by_hand", "Stopped by hand"),
]
CREDIT_EFFECTS = [
    ("warn", "Warn"),
    ("ask", "Ask for release"),
    ("block", "Block"),
]
# These last until they are lifted, whatever document asks for credit.
CREDIT_CUSTOMER_REASONS = ("overdue", "level", "review_lapsed", "by_hand")
CREDIT_LIFT_REASONS = [
    ("cleared", "The reason is gone"),
    ("released", "Released by an approver"),
    ("warned", "Went on with a warning"),
    ("closed", "Document cancelled or posted"),
    ("by_hand", "Lifted by hand"),
]
CREDIT_RELEASE_STATES = [
    ("requested", "To decide"),
    ("approved", "Released"),
    ("refused", "Refused"),
    ("withdrawn", "Withdrawn"),
]
# target: states from which it may be reached
CREDIT_RELEASE_TRANSITIONS = {
    "approved": ("requested",),
    "refused": ("requested", "approved"),
    "withdrawn": ("requested",),
}
CREDIT_REVIEW_STATES = [
    ("draft", "Application"),
    ("to_decide", "To decide"),
    ("decided", "Decided"),
    ("cancelled", "Cancelled"),
]
CREDIT_REVIEW_TRANSITIONS = {
    "draft": ("to_decide", "cancelled"),
    "to_decide": ("draft",),
    "decided": ("to_decide",),
    "cancelled": ("draft", "to_decide"),
}

# === CREDIT: FIXED FIGURES === #

CREDIT_REMINDER_DAYS = 30
RATING_DAYS = 365

# === THE LADDER'S FIXED FIGURES === #

# How far the bank is known where no receipt was ever booked.
BANK_NEVER_BOOKED = date(1900, 1, 1)
IN_PROCESS_BUSINESS_DAYS = 5
REPLIED_BUSINESS_DAYS = 5
UNPOSTED_BUSINESS_DAYS = 3
LONG_HOLD_DAYS = 45
FORMAL_AMOUNT_FROM = 50.0
MAX_ATTEMPTS = 3
PLAN_BATCH_DEBTS = 10_000
# Batches of notices are to be committed after about so many seconds; a machine that is
# twice as busy in the next moment still stays below five.
EXECUTE_BATCH_SECONDS = 2.5
EXECUTE_BATCH_MOST = 400
# The first batch of a channel, before its pace is known: a PDF is slow, an e-mail is not.
EXECUTE_BATCH_FIRST = {"letter": 3, "post": 3, "email": 200}

# What becomes of a charge with the notice that announces it.
FEE_OUTCOMES = [
    ("booked", "Booked with the notice"),
    ("proposed", "Proposed, a person decides"),
    ("memo", "Shown, not booked"),
]
