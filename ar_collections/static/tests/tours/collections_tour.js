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

// The manager's day: preview, plan, read, approve, send.
registry.category("web_tour.tours").add("ar_collections_run", {
    steps: () => [
        { content: "See what the run would say", trigger: ".o_ar_today button[name='preview']", run: "click" },
        { content: "The customer is listed", trigger: ".o_data_row td:contains(Acorn)" },
        { content: "Back to Today", trigger: ".o_breadcrumb a:contains(Today)", run: "click" },
        { content: "Open today's run", trigger: ".o_ar_today button[name='run']", run: "click" },
        { content: "Plan it", trigger: "button[name='action_plan']", run: "click" },
        { content: "Read what waits", trigger: "[name='approval_alert'] button", run: "click" },
        { content: "Open the notice", trigger: ".o_data_row td:contains(Acorn)", run: "click" },
        { content: "Approve it", trigger: ".o_form_view button[name='action_approve']", run: "click" },
        { content: "It is approved", trigger: ".o_arrow_button_current:contains(Planned)" },
        { content: "Back to the run", trigger: ".o_breadcrumb a:contains(Run of)", run: "click" },
        { content: "Send", trigger: "button[name='action_execute']", run: "click" },
        { content: "All is said", trigger: ".o_arrow_button_current:contains(Done)" },
    ],
});
