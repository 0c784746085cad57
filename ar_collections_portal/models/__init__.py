from . import ar_credit_review, ar_followup_notice, payment_transaction, res_company
