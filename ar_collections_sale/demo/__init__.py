from . import credit_demo, deposit_demo
