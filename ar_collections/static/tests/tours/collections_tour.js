import { registry } from "@web/core/registry";

// From "Today" to an approved notice, as a collector works.
registry.category("web_tour.tours").add("ar_collections_approve", {
    steps: () => [
        { content: "Open what waits for approval", trigger: ".o_ar_card[name=to_approve]", run: "click" },
        { content: "Open the notice", trigger: ".o_data_row td[name=partner_id]:contains(Acorn Ltd)", run: "click" },
        { content: "Look at its text", trigger: "a[name=text]", run: "click" },
        { content: "The text is there", trigger: "[name=preview_body] :iframe p:contains(Please pay)" },
        { content: "Approve it", trigger: "button[name=action_approve]", run: "click" },
        { content: "It waits to be sent", trigger: ".o_arrow_button_current[data-value=planned]" },
    ],
});

// A policy drawn as a ladder, and the debts behind a reason.
registry.category("web_tour.tours").add("ar_collections_look", {
    steps: () => [
        { content: "See why debts wait", trigger: ".o_ar_today td:contains(Not due yet)", run: "click" },
        { content: "Only these debts are listed", trigger: ".o_facet_value:contains(Not due yet)" },
        {
            content: "Open the settings",
            trigger: "[data-menu-xmlid='ar_collections.ar_collections_menu_settings']",
            run: "click",
        },
        {
            content: "Open the policies",
            trigger: "[data-menu-xmlid='ar_collections.ar_collections_menu_policies']",
            run: "click",
        },
        { content: "The ladder is drawn", trigger: ".o_ar_ladder:contains(pay in 7 days) .o_ar_courtesy" },
    ],
});
