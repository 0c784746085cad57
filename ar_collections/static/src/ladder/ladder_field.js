import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

const ICONS = {
    email: "fa-envelope-o",
    letter: "fa-file-text-o",
    post: "fa-paper-plane-o",
    sms: "fa-mobile",
    phone: "fa-phone",
};

/**
 * Draws the levels of a policy from left to right: courtesy before the due date,
 * reminders after it.
 */
export class LadderField extends Component {
    static template = "ar_collections.LadderField";
    static props = { ...standardFieldProps };

    get rungs() {
        return this.props.record.data[this.props.name] || [];
    }

    get courtesies() {
        return this.rungs.filter((rung) => rung.days <= 0);
    }

    get reminders() {
        return this.rungs.filter((rung) => rung.days > 0);
    }

    getIcon(rung) {
        return ICONS[rung.channel];
    }

    getDays(rung) {
        return rung.days > 0 ? `+${rung.days}` : `${rung.days}`.replace("-", "−");
    }

    getTitle(rung) {
        const lines = [`${rung.name} (${rung.channel_name})`];
        if (rung.fallback_name) {
            lines.push(_t("Otherwise by: %s", rung.fallback_name));
        }
        if (rung.repeats) {
            lines.push(
                _t("Repeated every %(days)s days, %(times)s times", {
                    days: rung.repeat_days,
                    times: rung.repeats,
                }),
            );
        }
        if (rung.is_stopping_credit) {
            lines.push(_t("Stops credit"));
        }
        return lines.join("\n");
    }
}

export const ladderField = {
    component: LadderField,
    displayName: _t("Ladder"),
    supportedTypes: ["json"],
    additionalClasses: ["w-100"],
};

registry.category("fields").add("ar_ladder", ladderField);
