from . import ar_deposit_change, ar_deposit_settle, ar_terms_accept
