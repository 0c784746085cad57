"""The columns of an aging, as plain values."""

from typing import NamedTuple


class Bucket(NamedTuple):
    """Debts that are `first` to `last` days overdue; ``None``: no end on that side."""

    name: str
    first: int | None
    last: int | None


BUCKETS = (
    Bucket("not_due", None, 0),
    Bucket("due_30", 1, 30),
    Bucket("due_60", 31, 60),
    Bucket("due_90", 61, 90),
    Bucket("due_more", 91, None),
)
