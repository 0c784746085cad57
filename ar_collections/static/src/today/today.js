import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillStart, useState } from "@odoo/owl";

const MODEL = "ar.collection.today";

/**
 * What a collector does first: warnings, the run of today, what waits for a person,
 * and where the open debts are. All of it comes from `ar.collection.today`.
 */
export class CollectionsToday extends Component {
    static template = "ar_collections.Today";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.display = { controlPanel: {} };
        this.state = useState({ data: null, preview: null, isCounting: false });
        onWillStart(() => this.load());
        onMounted(() => {
            if (this.run.is_preview_quick && !this.state.data.steps.length) {
                this.countPreview();
            }
        });
    }

    get run() {
        return this.state.data.run;
    }

    /** What was proposed today, or what the next run would say once it is worked out. */
    get proposed() {
        return this.run.id ? this.run : this.state.preview;
    }

    get rows() {
        return this.proposed?.rows;
    }

    get hasFees() {
        return Object.keys(this.proposed.fees).length > 0;
    }

    getFees(row) {
        return this.proposed.fees[row.level_id + row.channel_code];
    }

    get countTitle() {
        return this.run.id ? _t("Notices") : _t("Debts");
    }

    async load() {
        this.state.data = await this.orm.call(MODEL, "get_today", []);
    }

    /** Decide for every open debt, without writing anything. */
    async countPreview() {
        this.state.isCounting = true;
        try {
            this.state.preview = await this.orm.call(MODEL, "get_preview", []);
        } finally {
            this.state.isCounting = false;
        }
    }

    open(xmlid, additionalContext = {}) {
        return this.action.doAction(xmlid, { additionalContext });
    }

    async openReturned(method) {
        return this.action.doAction(await this.orm.call(MODEL, method, []));
    }

    async call(method) {
        await this.orm.call(MODEL, method, []);
        await this.load();
    }

    /** Nothing leaves any more until somebody ends the pause. */
    pause() {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Pause everything?"),
            body: _t(
                "No reminder leaves this company until the pause is ended on this screen. What the next run proposes waits.",
            ),
            confirmLabel: _t("Pause everything"),
            confirm: () => this.call("pause"),
            cancelLabel: _t("Go on reminding"),
            cancel: () => {},
        });
    }

    onAlert(alert) {
        if (alert.method) {
            return this.call(alert.method);
        }
        return alert.open ? this.openReturned(alert.open) : this.open(alert.action);
    }

    openRow(row) {
        if (this.run.id) {
            this.open("ar_collections.ar_followup_notice_action", {
                search_default_today: 1,
                search_default_level_id: row.level_id,
                search_default_channel: row.channel_code,
            });
        }
    }

    openReason(row) {
        this.open("ar_collections.ar_followup_item_action", {
            search_default_open: 1,
            search_default_reason: row.reason,
        });
    }
}

registry.category("actions").add("ar_collections.today", CollectionsToday);
