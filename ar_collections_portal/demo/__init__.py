from . import portal_demo
