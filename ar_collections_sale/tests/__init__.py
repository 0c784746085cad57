from . import test_collector_access, test_deposit_milestones, test_deposits
