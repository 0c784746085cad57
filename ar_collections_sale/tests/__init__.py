from . import test_collector_access
