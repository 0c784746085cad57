from . import collections_payment
