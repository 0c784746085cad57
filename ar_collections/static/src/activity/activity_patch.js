import { Activity } from "@mail/core/common/activity_model";

import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";

/** A call on a case is closed in the window that asks for its outcome. */
patch(Activity.prototype, {
    get arAsksForOutcome() {
        return this.res_model === "ar.collection.case" && this.activity_category === "phonecall";
    },

    async arOpenOutcome() {
        await new Promise((resolve) =>
            this.store.env.services.action.doAction(
                {
                    type: "ir.actions.act_window",
                    name: _t("Outcome of the call"),
                    res_model: "ar.followup.call.outcome",
                    views: [[false, "form"]],
                    target: "new",
                    context: { default_activity_id: this.id, default_note: this.feedback },
                },
                { onClose: resolve },
            ),
        );
        this.store.activityBroadcastChannel?.postMessage({
            type: "RELOAD_CHATTER",
            payload: { id: this.res_id, model: this.res_model },
        });
    },

    async markAsDone() {
        if (this.arAsksForOutcome) {
            return this.arOpenOutcome();
        }
        return super.markAsDone(...arguments);
    },

    async markAsDoneAndScheduleNext() {
        if (this.arAsksForOutcome) {
            return this.arOpenOutcome();
        }
        return super.markAsDoneAndScheduleNext(...arguments);
    },
});
