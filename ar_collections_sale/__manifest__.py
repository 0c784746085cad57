{
    "name": "AR Collections: Sales",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "summary": "Credit holds and deposits on sales orders",
    "author": "AR Collections",
    "license": "LGPL-3",
    "depends": ["ar_collections", "sale"],
    "data": ["security/ar_collections_sale_access.xml"],
    "auto_install": True,
}
