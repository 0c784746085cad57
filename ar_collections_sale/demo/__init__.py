from . import deposit_demo
