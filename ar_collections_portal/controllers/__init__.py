from . import collections_payment, credit_application
