from . import test_credit_application, test_notice_payment
