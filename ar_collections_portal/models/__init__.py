from . import ar_followup_notice, payment_transaction
