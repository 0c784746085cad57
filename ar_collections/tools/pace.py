"""How much work a batch takes on, so that it is committed within a few seconds."""


class Pace:
    """Learns how many pieces of each kind are done within a time.

    :param seconds: that a batch should take
    :param first: {kind: pieces of the first batch}
    :param most: pieces that a batch never exceeds; other kinds begin with a twentieth
    """

    def __init__(self, seconds, first, most):
        self._seconds = seconds
        self._sizes = dict(first)
        self._most = most

    def get_size(self, kind):
        """Give how many pieces of `kind` the next batch should take."""
        return self._sizes.get(kind, max(self._most // 20, 1))

    def learn(self, kind, count, seconds):
        """Take note that `count` pieces of `kind` took `seconds`.

        A batch grows to twice its size at most: the next pieces may be slower.
        """
        fitting = int(count * self._seconds / max(seconds, 1e-6))
        known = self.get_size(kind)
        self._sizes[kind] = max(1, min(fitting, 2 * known, self._most))
