from . import (
    test_collector_access,
    test_credit_bypasses,
    test_credit_orders,
    test_credit_outgrown,
    test_credit_payments,
    test_credit_rights,
    test_deposit_milestones,
    test_deposits,
    test_first_deposits,
    test_followup_credits,
    test_order_payments,
    test_own_totals,
)
