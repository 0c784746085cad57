import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/**
 * Draws a customer's credit: what uses it, part by part, and what is free.
 */
export class CreditBarField extends Component {
    static template = "ar_collections.CreditBarField";
    static props = { ...standardFieldProps };

    get bar() {
        return this.props.record.data[this.props.name] || null;
    }

    get segments() {
        const used = this.bar.parts.filter((part) => part.amount > 0);
        const total = used.reduce((sum, part) => sum + part.amount, 0);
        const width = Math.max(total, this.bar.limit || 0) || 1;
        return used.map((part) => ({
            ...part,
            percent: (100 * part.amount) / width,
        }));
    }

    get credits() {
        return this.bar.parts.filter((part) => part.amount < 0);
    }

    getLegend(part) {
        return `${part.label} ${part.text}`;
    }

    /** Where the limit lies on the bar, in percent; nothing where it is at its end. */
    get mark() {
        const used = this.segments.reduce((sum, part) => sum + part.amount, 0);
        return this.bar.limit && used > this.bar.limit ? (100 * this.bar.limit) / used : null;
    }
}

export const creditBarField = {
    component: CreditBarField,
    supportedTypes: ["json"],
};

registry.category("fields").add("ar_credit_bar", creditBarField);
