from . import ar_credit_exposure, payment_transaction, sale_order, sale_order_credit
