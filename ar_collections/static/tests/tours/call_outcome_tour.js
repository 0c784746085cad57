import { registry } from "@web/core/registry";

/** A collector marks a call as done and says how it went. */
registry.category("web_tour.tours").add("ar_collections_call_outcome", {
    steps: () => [
        { trigger: ".o-mail-Activity-markDone", run: "click" },
        { trigger: ".o-mail-ActivityMarkAsDone textarea", run: "edit Spoke with Ann" },
        { trigger: ".o-mail-ActivityMarkAsDone button[aria-label='Done']", run: "click" },
        {
            content: "the words of the popover are taken over",
            trigger: ".modal .o_field_widget[name='note'] textarea",
            run() {
                if (this.anchor.value !== "Spoke with Ann") {
                    throw new Error(`The note is “${this.anchor.value}”`);
                }
            },
        },
        { trigger: ".modal [name='outcome'] label:contains('Left a message')", run: "click" },
        { trigger: ".modal button[name='action_save']", run: "click" },
        {
            content: "the call is over and its outcome is in the chatter",
            trigger: ".o-mail-Message:contains('Left a message: Spoke with Ann')",
        },
        { trigger: "body:not(:has(.o-mail-Activity))" },
    ],
});
