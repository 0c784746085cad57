"""What concerns all debts of a customer: minimum, formal notice, address, grouping."""

from .business_days import ONE_DAY
from .ladder_values import Proposal
from .setoff import ZERO

SAID = frozenset({"climbs", "courtesy", "repeats"})
# What is said after due, and what a person has to decide on when all was said (L4).
_NEEDS_MINIMUM = frozenset({"climbs", "repeats", "ladder_end", "too_few_reminders"})


def apply_customer_rules(lines, customer, rules, today):
    """Let lines wait for what the customer's other debts and addresses tell."""
    lines = _apply_minimum(lines, rules, today)
    if not any(_is_said(line) for line in lines):
        return lines
    lines = _drop_without_address(lines, customer, _is_formal)
    lines = _formal_first(lines, customer, rules, today)
    lines = _wait_for_proposed(lines, customer, rules)
    return _drop_without_address(lines, customer, _is_said)


def propose(lines, customer, rules, today):
    """Rule L7: one notice per recipient, in the tone of its highest rung."""
    for recipient_id, (named, climbing) in _by_reached(lines, customer).items():
        level = _highest(climbing)
        others = [
            line
            for line in lines
            if line.debt.recipient_id in named
            and not _is_said(line)
            and line.claim > ZERO
        ]
        overdue = tuple(line for line in others if is_overdue(line, rules, today))
        not_due = tuple(line for line in others if not is_overdue(line, rules, today))
        yield Proposal(
            recipient_id=recipient_id,
            level=level,
            channel=reach(recipient_id, level.channels, customer)[1],
            deadline_days=get_deadline_days(line.step.level for line in climbing),
            climbing=tuple(climbing),
            overdue=() if level.is_formal or level.days <= 0 else overdue,
            not_due=() if level.is_formal else not_due,
        )


def limit(decision, allowed, rules, today):
    """Keep the first `allowed` notices of a decision; the others wait (L0)."""
    if len(decision.proposals) <= allowed:
        return decision
    kept = decision.proposals[:allowed]
    said = {line.debt.line_id for proposal in kept for line in proposal.climbing}
    lines = _replace_steps(
        decision.lines,
        lambda line: _is_said(line) and line.debt.line_id not in said,
        "run_limit",
        rules.days.forward(today + ONE_DAY),
    )
    return decision._replace(lines=lines, proposals=kept)


def get_deadline_days(levels):
    """Give the longest deadline of levels: only debts after due have one (L7).

    :param levels: objects with ``days`` and ``deadline_days``
    """
    levels = list(levels)
    if len(levels) == 1:
        return levels[0].deadline_days
    reminders = [level for level in levels if level.days > 0]
    return max((level.deadline_days for level in reminders or levels), default=0)


def reach(recipient_id, channels, customer):
    """Give who can be told on the first of `channels` on which there is an address.

    That is the recipient, or the customer itself where the recipient has none there: the
    letter for a contact with an e-mail address alone goes to the company.

    :return: (recipient id, channel), or ``None``
    """
    for channel in channels:
        for partner_id in (recipient_id, customer.partner_id):
            if channel in customer.addresses.get(partner_id, ()):
                return partner_id, channel
    return None


def is_overdue(line, rules, today):
    """Tell whether the due date, moved forward to a business day, has passed."""
    return today > rules.days.forward(line.debt.due)


# === RULES === #


def _is_said(line):
    return line.step.reason in SAID


def _needs_minimum(line):
    return line.step.reason in _NEEDS_MINIMUM


def _is_formal(line):
    return _is_said(line) and line.step.level.is_formal


def _replace_steps(lines, is_concerned, reason, day=None):
    return [
        line._replace(step=line.step._replace(reason=reason, day=day))
        if is_concerned(line)
        else line
        for line in lines
    ]


def _apply_minimum(lines, rules, today):
    """Rule L4: per currency, nothing after due is said below the minimum.

    The minimum is compared with the overdue claims' value in company currency. Nor has
    anybody to decide what comes after the ladder.
    """
    if not any(_needs_minimum(line) for line in lines):
        return lines
    totals = {}
    for line in lines:
        if is_overdue(line, rules, today) and not line.debt.is_charge:
            currency = line.debt.currency_id
            worth = line.debt.to_company(line.claim)
            totals[currency] = totals.get(currency, ZERO) + worth
    if totals and min(totals.values()) >= rules.minimum:
        return lines
    return _replace_steps(
        lines,
        lambda line: _needs_minimum(line)
        and totals.get(line.debt.currency_id, ZERO) < rules.minimum,
        "below_minimum",
    )


def _formal_first(lines, customer, rules, today):
    """Rule L7: on the day of a formal notice the customer's other lines wait."""
    formal = [line for line in lines if _is_formal(line)]
    if not formal and not customer.is_formally_told:
        return lines
    goes = None if customer.is_formally_told else _highest(formal).id
    return _replace_steps(
        lines,
        lambda line: _is_said(line) and line.step.level.id != goes,
        "formal_first",
        rules.days.forward(today + ONE_DAY),
    )


def _wait_for_proposed(lines, customer, rules):
    """Rule L8: no second proposal while one waits, where customers have a pace."""
    if not customer.is_waiting or not rules.customer_interval:
        return lines
    return _replace_steps(lines, _is_said, "too_soon_customer")


def _drop_without_address(lines, customer, is_concerned):
    unreachable = [
        recipient_id
        for recipient_id, concerned in _by_recipient(lines, is_concerned).items()
        if reach(recipient_id, _highest(concerned).channels, customer) is None
    ]
    if not unreachable:
        return lines
    return _replace_steps(
        lines,
        lambda line: is_concerned(line) and line.debt.recipient_id in unreachable,
        "no_address",
    )


def _by_recipient(lines, is_concerned):
    groups = {}
    for line in lines:
        if is_concerned(line):
            groups.setdefault(line.debt.recipient_id, []).append(line)
    return groups


def _highest(lines):
    if len(lines) == 1:
        return lines[0].step.level
    return max((line.step.level for line in lines), key=lambda level: level.days)


def _by_reached(lines, customer):
    """Group what is said by who can be told.

    :return: {recipient id: (recipients named by the debts, lines)}
    """
    groups = {}
    for recipient_id, said in _by_recipient(lines, _is_said).items():
        reached, _channel = reach(recipient_id, _highest(said).channels, customer)
        named, climbing = groups.setdefault(reached, ({reached}, []))
        named.add(recipient_id)
        climbing.extend(said)
    return groups
