"""The parts in which an order is paid: by rule, by credit review, or by hand."""

from odoo import Command, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _ar_get_deposit_day(self):
        """Give the day of rates and of what is due."""
        self.ensure_one()
        return self.company_id._ar_today()

    def _ar_get_deposit_facts(self):
        """Give what deposit rules ask about the order."""
        self.ensure_one()
        return {
            "partner": self._ar_get_payer(),
            "company": self.company_id,
            "amount": self.amount_total,
            "products": self.order_line.product_id,
            "currency": self.currency_id,
        }

    def _ar_get_plan(self):
        """Give the values of the parts that a review or a rule asks for."""
        self.ensure_one()
        if self.ar_deposit_percent:
            return self._ar_plan_percent(self.ar_deposit_percent)
        rule = self.sudo().ar_deposit_rule_id
        return self._ar_plan_rule(rule) if rule else []

    def _ar_plan_rule(self, rule):
        """Give the values of the parts that a rule asks for, in the customer's language."""
        self.ensure_one()
        rule = rule.with_context(lang=self.partner_id.lang)
        days = rule.due_days
        if rule.kind == "milestones":
            return [
                {
                    "sequence": number,
                    "name": one.name,
                    "share": one.share,
                    "trigger": one.trigger,
                    "days": one.days,
                    "delivered_percent": one.delivered_percent,
                    "due_days": days,
                }
                for number, one in enumerate(rule.milestone_ids, start=1)
            ]
        if rule.kind == "fixed":
            amount = rule._in_currency("fixed_amount", self.currency_id, self)
            return self._ar_plan_fixed(amount, days)
        percent = self._ar_get_whole_percent(rule) if rule.kind == "all" else rule.percent
        return self._ar_plan_percent(percent, days)

    def _ar_get_whole_percent(self, rule):
        """Give how much of the order is everything that this rule asks for in advance."""
        self.ensure_one()
        if self._ar_keeps_companys(rule):
            return 100 * self.company_id.prepayment_percent
        return 100.0

    def _ar_get_rule_amount(self, rule):
        """Override: everything is no more than the company asks of all customers online."""
        amount = super()._ar_get_rule_amount(rule)
        if rule.kind != "all":
            return amount
        return self.currency_id.round(amount * self._ar_get_whole_percent(rule) / 100)

    def _ar_plan_percent(self, percent, days=0):
        """Give the values of a share before start, and the rest with the final invoice."""
        parts = [self._ar_first_values(share=percent, due_days=days)]
        return parts if percent >= 100 else [*parts, self._ar_rest_values(100 - percent)]

    def _ar_plan_fixed(self, amount, days=0):
        """Give the values of an amount before start, and the rest with the final invoice."""
        return [
            self._ar_first_values(fixed_amount=amount, due_days=days),
            self._ar_rest_values(1.0),
        ]

    def _ar_first_values(self, **values):
        env = self.with_context(lang=self.partner_id.lang).env
        return {"sequence": 1, "name": env._("Deposit"), "trigger": "acceptance", **values}

    def _ar_rest_values(self, share):
        env = self.with_context(lang=self.partner_id.lang).env
        return {"sequence": 2, "name": env._("Rest"), "trigger": "completion", "share": share}

    def _ar_set_parts(self, plan):
        """Replace the parts of the order, unless they are as planned already."""
        self.ensure_one()
        parts = self.ar_deposit_ids.sorted("sequence")
        is_same = len(parts) == len(plan) and all(
            part[name] == value
            for part, values in zip(parts, plan, strict=True)
            for name, value in values.items()
        )
        if is_same:
            self.ar_deposit_ids = self.ar_deposit_ids
            return
        self.ar_deposit_ids = [Command.clear(), *(Command.create(values) for values in plan)]

    def _ar_set_deposit(self, plan, reason):
        """Set the deposit by hand: rules leave it alone from now on.

        :param plan: list of values of parts; empty: no deposit
        """
        self.ensure_one()
        order = self.sudo()
        order.write({"ar_deposit_by_hand": True, "ar_deposit_reason": reason})
        order._ar_set_parts(plan)
        self._ar_log_deposit(self._ar_get_first_part().amount, reason)

    def _ar_get_delivered_percent(self):
        """Give the share of the order, by value, that is delivered."""
        self.ensure_one()
        lines = self.sudo().order_line.filtered(
            lambda line: not line.display_type
            and not line.is_downpayment
            and line.product_uom_qty > 0
        )
        whole = sum(lines.mapped("price_total"))
        delivered = sum(
            line.price_total * min(line.qty_delivered / line.product_uom_qty, 1.0)
            for line in lines
        )
        return 100 * delivered / whole if whole else 0.0
