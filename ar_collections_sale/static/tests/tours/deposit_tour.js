import { registry } from "@web/core/registry";

// A salesperson sees what a large order asks for, and has the first part invoiced.
registry.category("web_tour.tours").add("ar_collections_sale_deposit", {
    steps: () => [
        {
            content: "The deposit and its reason",
            trigger: "[name='ar_deposit_asked_alert']:contains('Test rule')",
        },
        { content: "See the parts", trigger: ".o_notebook a[name='ar_deposit']", run: "click" },
        {
            content: "Three of them",
            trigger: "[name='ar_deposit_ids'] tr.o_data_row:nth-of-type(3):contains('On completion')",
        },
        { content: "Confirm before it is paid", trigger: "button[name='action_confirm']:visible", run: "click" },
        { content: "It waits", trigger: ".o_notification:contains('waits for its deposit')" },
        {
            content: "Have the first one invoiced",
            trigger: "button[name='action_ar_invoice_deposit']:visible",
            run: "click",
        },
        { content: "It is made", trigger: ".o_notification:contains('down-payment invoice is made')" },
        { content: "The order waits", trigger: "[name='ar_deposit_alert']:contains('waiting for the deposit')" },
    ],
});

// Later, the money has come.
registry.category("web_tour.tours").add("ar_collections_sale_deposit_paid", {
    steps: () => [
        { content: "It is an order", trigger: ".o_arrow_button_current:contains('Sales Order')" },
        { content: "See the parts", trigger: ".o_notebook a[name='ar_deposit']", run: "click" },
        {
            content: "The first part is paid",
            trigger: "[name='ar_deposit_ids'] tr.o_data_row:first-child:contains('Paid')",
        },
    ],
});
