from . import ar_collections_demo
