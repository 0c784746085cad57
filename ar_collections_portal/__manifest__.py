{
    "name": "AR Collections: Customer Portal",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "summary": "What customers see, ask and settle about their overdue invoices",
    "author": "AR Collections",
    "license": "LGPL-3",
    "depends": ["ar_collections"],
    "data": [
        "views/credit_templates.xml",
        "views/credit_views.xml",
        "views/payment_templates.xml",
    ],
    "demo": ["demo/demo.xml"],
    "auto_install": True,
}
