"""What customers read of a charge: how it was computed, and what books or credits it."""

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..tools.numbers import count_decimals


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    example_text = fields.Text(string="Worked example", compute="_compute_example_text")

    # === WORKED EXAMPLE === #

    @api.depends("example", "currency_id")
    @api.depends_context("lang")
    def _compute_example_text(self):
        for charge in self:
            charge.example_text = "\n".join(charge._get_example_lines())

    def _get_example_lines(self):
        """Give the worked example as lines of text, one per stretch."""
        self.ensure_one()
        return [self._get_example_line(part) for part in self.example or ()]

    def _get_example_line(self, part):
        """Give one part of the worked example as a sentence."""
        return self._get_change_line(part) or self._get_stretch_line(part)

    def _get_change_line(self, part):
        """Say what changes the sum; ``None`` for a part that is computed from a base."""
        if part.get("rounding"):
            return self.env._(
                "Rounding, so that all that is claimed adds up: %(amount)s",
                amount=self._format_money(part["amount"]),
            )
        if part.get("paused"):
            return self.env._(
                "%(start)s to %(end)s: no interest for these %(days)s days",
                start=format_date(self.env, part["start"]),
                end=format_date(self.env, part["end"]),
                days=part["days"],
            )
        if part.get("uncut"):
            return self.env._(
                "Not more than %(amount)s by the rule, in place of %(uncut)s",
                amount=self._format_money(part["amount"]),
                uncut=self._format_money(part["uncut"]),
            )
        if part.get("deducted"):
            return self.env._(
                "Less reminder fees of %(deducted)s = %(amount)s",
                deducted=self._format_money(part["deducted"]),
                amount=self._format_money(part["amount"]),
            )
        if part.get("charged_before"):
            return self.env._(
                "Less %(before)s, charged before = %(amount)s",
                before=self._format_money(part["charged_before"]),
                amount=self._format_money(part["amount"]),
            )
        return None

    def _get_stretch_line(self, part):
        """Say how a sum is computed from its base, and from its days where there are any."""
        values = {
            "base": self._format_money(part["base"]),
            "amount": self._format_money(part["amount"]),
            "rate": self._format_rate(part.get("rate") or 0),
        }
        if part.get("start") and part.get("daily"):
            return self.env._(
                "%(start)s to %(end)s: %(base)s × %(rate)s %% / %(year)s = %(daily)s a "
                "day, × %(days)s days = %(amount)s",
                **values,
                start=format_date(self.env, part["start"]),
                end=format_date(self.env, part["end"]),
                days=part["days"],
                daily=self._format_money(part["daily"]),
                year=part["year"],
            )
        if part.get("start"):
            return self.env._(
                "%(start)s to %(end)s: %(base)s × %(rate)s %% × %(days)s/%(year)s = "
                "%(amount)s",
                **values,
                start=format_date(self.env, part["start"]),
                end=format_date(self.env, part["end"]),
                days=part["days"],
                year=part["year"],
            )
        if part.get("rate"):
            return self.env._("%(base)s × %(rate)s %% = %(amount)s", **values)
        return self.env._("For a debt of %(base)s: %(amount)s", **values)

    def _format_money(self, amount):
        return formatLang(self.env, float(amount), currency_obj=self.currency_id)

    def _format_rate(self, rate):
        return formatLang(self.env, float(rate), digits=count_decimals(rate))

    # === DOCUMENTS === #

    def _get_line_text(self):
        """Say what the charges of one debt are for, in the customer's language."""
        charges = self.with_context(lang=self.partner_id.lang or self.env.lang)
        env = charges.env
        labels = dict(charges._fields["kind"]._description_selection(env))
        debt = charges[:1]
        parts = [
            env._(
                "%(invoice)s, due on %(due)s",
                invoice=debt._get_debt_number(),
                due=format_date(env, debt.item_id.due_now or debt.move_id.invoice_date_due),
            )
        ]
        for charge in charges:
            amount = formatLang(env, charge.amount, currency_obj=charge.currency_id)
            parts.append(f"{labels[charge.kind]}: {amount}")
            if charge.kind == "interest":
                parts += charge._get_example_lines()
        return "\n".join(parts)

    def _get_credit_text(self):
        """Say what is credited, in the customer's language."""
        charge = self.with_context(lang=self.partner_id.lang or self.env.lang)
        return charge.env._("Credited: %(charge)s", charge=charge.display_name)
