"""The sentences that customers read, in one table.

A language is spoken to a customer only where all of them are translated into it; else
the whole message is in English. What is in templates and views is checked by tests.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SENTENCES = {
    # Subject and greeting
    "subject_invoice": _lt("Invoice %(number)s from %(company)s"),
    "subject_account": _lt("Your account with %(company)s"),
    "subject_test": _lt("Test: %(subject)s"),
    "greeting": _lt("Dear %(name)s,"),
    "greeting_nobody": _lt("Dear Sir or Madam,"),
    # What is open
    "courtesy_whole": _lt("Invoice %(number)s for %(amount)s falls due on %(day)s."),
    "courtesy_part": _lt("%(amount)s of invoice %(number)s falls due on %(day)s."),
    "courtesy_several": _lt(
        "The items listed below, %(amount)s in all, fall due soon, the first on %(day)s."
    ),
    "reminder_whole": _lt(
        "According to our records, invoice %(number)s for %(amount)s, due on %(day)s, "
        "is still open."
    ),
    "reminder_part": _lt(
        "According to our records, %(amount)s of invoice %(number)s, due on %(day)s, "
        "is still open."
    ),
    "reminder_several": _lt(
        "According to our records, the items listed below, %(amount)s in all, are still "
        "open; the oldest was due on %(day)s."
    ),
    "formal_whole": _lt(
        "Invoice %(number)s for %(amount)s was due on %(day)s and has not been paid."
    ),
    "formal_part": _lt(
        "%(amount)s of invoice %(number)s was due on %(day)s and has not been paid."
    ),
    "formal_several": _lt(
        "The items listed below, %(amount)s in all, have not been paid; the oldest was "
        "due on %(day)s."
    ),
    "thanks": _lt("Thank you for your payment of %(amount)s."),
    # What is asked for, and by when
    "request": _lt("Please pay %(amount)s %(deadline)s."),
    "deadline_none": _lt("as soon as you can"),
    "deadline_day": _lt("by %(day)s"),
    "deadline_each": _lt("by the due date of each item"),
    "deadline_one": _lt("within one day, by %(day)s"),
    "deadline_days": _lt("within %(days)s days, by %(day)s"),
    # Parts of sentences
    "documents": _lt("your invoices"),
    "sums": _lt("%(amounts)s and %(last)s"),
    "enclosure": _lt("A copy of each invoice is enclosed."),
    # Around the debts
    "test": _lt(
        "Test: this message would go to %(recipient)s. It was not sent to the customer."
    ),
    "pay_online": _lt("Pay %(amount)s online"),
    "received": _lt("Already paid? Thank you; payments up to %(day)s are included."),
    "questions_email": _lt(
        "If you have questions, or something is not right, reply to this message or "
        "contact %(contact)s."
    ),
    "questions_letter": _lt(
        "If you have questions, or something is not right, contact %(contact)s."
    ),
    "regards": _lt("Kind regards"),
    # Statement of account
    "statement_none": _lt("Nothing is open."),
    "statement_not_due": _lt("%(total)s is open, none of it overdue."),
    "statement_overdue": _lt("%(total)s is open, of which %(overdue)s is overdue."),
    "statement_day": _lt("As of %(day)s"),
    "statement_customer": _lt("Customer number %(number)s"),
    "statement_questions": _lt("If something is not right, contact %(contact)s."),
    "credit_note": _lt("Credit note"),
    "invoice": _lt("Invoice"),
    "payment": _lt("Payment"),
    "entry": _lt("Entry"),
    "late_fees": _lt("Late fees"),
    "late_fees_interest": _lt("Late fees and interest"),
}
