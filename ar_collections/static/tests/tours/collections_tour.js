import { registry } from "@web/core/registry";

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
