import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// An approver notes a check that was paid for, and gives the new customer a limit.
tours.add("ar_collections_sale_decide", {
    steps: () => [
        { content: "Note a check", trigger: "[name='check_ids'] .o_field_x2many_list_row_add a", run: "click" },
        { content: "Its source", trigger: "[name='check_ids'] [name='source'] input", run: "edit Credit register" },
        { content: "Its price", trigger: "[name='check_ids'] [name='price'] input", run: "edit 40" },
        {
            content: "Decide on a limit",
            trigger: "[name='decision'] label:contains('Limit')",
            run: "click",
        },
        { content: "What was paid is added up", trigger: "[name='check_price']:contains('40.00')" },
        { content: "How much", trigger: "[name='limit'] input", run: "edit 5000" },
        { content: "Decide", trigger: "button[name='action_decide']", run: "click" },
        { content: "It is decided", trigger: ".o_arrow_button_current:contains('Decided')" },
    ],
});

// A salesperson confirms an order over the limit, and asks for its release.
tours.add("ar_collections_sale_ask", {
    steps: () => [
        { content: "The bar is over the limit", trigger: "[name='ar_credit_bar']:contains('over')" },
        { content: "Confirm all the same", trigger: "button[name='action_confirm']:visible", run: "click" },
        {
            content: "It is held",
            trigger: ".o_notification:contains('on credit hold'), .o_notification:contains('cannot be confirmed')",
        },
        {
            content: "Ask for a release",
            trigger: "button[name='action_ar_open_release_request']",
            run: "click",
        },
        { content: "Say why", trigger: ".modal [name='note'] textarea", run: "edit Pays on Friday" },
        { content: "Ask", trigger: ".modal button[name='action_request']", run: "click" },
        { content: "Look at what was asked", trigger: "button[name='action_ar_open_release']", run: "click" },
        { content: "It waits", trigger: ".o_arrow_button_current:contains('To decide')" },
        { content: "Her words are there", trigger: "[name='request_note']:contains('Pays on Friday')" },
    ],
});

// An approver lets the order through for a week.
tours.add("ar_collections_sale_release", {
    steps: () => [
        { content: "Until when", trigger: "[name='until'] input, [name='until'] button", run: "click" },
        { content: "A week", trigger: "[name='until'] input", run: "edit +7d && press Enter" },
        { content: "Release", trigger: "button[name='action_approve']", run: "click" },
        { content: "It is released", trigger: ".o_arrow_button_current:contains('Released')" },
    ],
});

// A salesperson confirms what nothing stops any more.
tours.add("ar_collections_sale_confirm", {
    steps: () => [
        { content: "Confirm", trigger: "button[name='action_confirm']:visible", run: "click" },
        { content: "It is an order", trigger: ".o_arrow_button_current:contains('Sales Order')" },
    ],
});

// A salesperson is told that an overdue invoice stops the next order.
tours.add("ar_collections_sale_overdue", {
    steps: () => [
        { content: "The banner says why", trigger: "[name='ar_credit_warning']:contains('overdue')" },
        { content: "Confirm all the same", trigger: "button[name='action_confirm']:visible", run: "click" },
        { content: "It is held", trigger: ".o_notification:contains('overdue')" },
        { content: "It stays a quotation", trigger: ".o_arrow_button_current:contains('Quotation')" },
    ],
});
