from . import test_notice_payment
