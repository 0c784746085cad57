"""The ready policies, with their texts."""


def create_ready_policies(env, companies):
    """Give each of `companies` the ready policies, switched off."""
