"""Which levels a person may say now for a debt, whatever the clocks of the ladder say."""

from datetime import timedelta


def sayable(debt, kind, rules, today):
    """Give the levels that a person may say now for `debt`, the usual one first.

    First the next level whose condition is met, so that none is left out (L3), then
    the last one once more. Until the due date only courtesy levels, afterwards only
    reminders (L2).

    :param kind: the customer's kind
    """
    if today <= rules.days.forward(debt.due):
        return _courtesies(debt, kind, rules, today)
    following = next(
        (
            level
            for level in rules.reminders_after(debt.rung)
            if level.fits(debt.open_company, kind)
        ),
        None,
    )
    said = rules.reminder_at(debt.rung) if debt.rung else None
    return tuple(level for level in (following, said) if level)


def _courtesies(debt, kind, rules, today):
    """Give the latest courtesy level whose day has come, else the first one to come."""
    due = rules.days.forward(debt.due)
    unsaid = [
        level
        for level in rules.courtesies
        if (debt.courtesy is None or level.days > debt.courtesy)
        and level.fits(debt.open_company, kind)
    ]
    has_come = (
        level
        for level in unsaid
        if rules.days.back(due + timedelta(days=level.days)) <= today
    )
    following = next(has_come, unsaid[-1] if unsaid else None)
    said = next(
        (level for level in rules.courtesies if level.days == debt.courtesy), None
    )
    return tuple(level for level in (following, said) if level)


def level_in_notice(choices, level):
    """Give the level that a debt takes in a notice of `level`.

    That level where the debt may be told so, else the highest lower one of its own: a
    notice has the tone of its highest rung (L7). A formal notice takes no other debts
    along, and courtesy and reminders do not mix.

    :param choices: what `sayable` gave for the debt; values or records with ``id``,
        ``days`` and ``is_formal``
    :return: one of `choices`, or ``None``
    """
    for choice in choices:
        if choice.id == level.id:
            return choice
    if level.is_formal or level.days <= 0:
        return None
    lower = [
        choice
        for choice in choices
        if 0 < choice.days < level.days and not choice.is_formal
    ]
    return max(lower, key=lambda choice: choice.days, default=None)


def is_formal_allowed(debt, rules, today):
    """Tell whether a formal notice may be sent: enough reminders, last deadline past (L5)."""
    is_deadline_past = debt.deadline is None or debt.deadline < today
    return debt.reminders >= rules.min_reminders and is_deadline_past
