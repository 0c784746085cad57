"""Customers become one: their cases do too, and nothing that was said is lost."""

from odoo import api, models
from odoo.tools import SQL, format_list

from ..tools.sql_rows import as_array

# Of two decisions on customers who become one, the stricter counts; of two limits that of
# the customer who is kept, since somebody has chosen it.
_STRICTNESS = ("none", "limit", "unlimited")
_DECISION = (
    "credit_state",
    "credit_review_date",
    "credit_increase",
    "credit_increase_until",
    "credit_deposit_percent",
)


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    @api.model
    def _merge_for(self, src_partners, dst_partner):
        """Merge the cases of contacts that core is about to merge."""
        cases = self.search([("partner_id", "in", (src_partners | dst_partner).ids)])
        for group in cases.grouped("company_id").values():
            own = group.filtered(lambda case: case.partner_id == dst_partner)
            kept = own[:1] or group[0]
            (group - kept)._merge_into(kept)

    @api.model
    def _adopt_cases(self, company, partner_ids):
        """Merge cases of customers who have become contacts of another into its case.

        SQL: nearly always finds nothing, in batches of thousands of customers.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id, ARRAY_AGG(c.id ORDER BY c.id)
                  FROM ar_collection_case c
                  JOIN res_partner p ON p.id = c.partner_id
                 WHERE c.company_id = %s AND p.commercial_partner_id <> p.id
                   AND p.commercial_partner_id = ANY(%s)
              GROUP BY p.commercial_partner_id
                """,
                company.id,
                as_array(partner_ids),
            )
        )
        for partner_id, case_ids in rows:
            kept = self.browse(self._ensure_cases(company, [partner_id])[partner_id])
            self.browse(case_ids)._merge_into(kept)

    def _merge_into(self, kept):
        """Move everything of these cases to `kept`, and delete them."""
        if not self:
            return
        self._merge_credit_into(kept)
        everything = self.with_context(active_test=False).sudo()
        owned = {"case_id": kept.id, "partner_id": kept.partner_id.id}
        everything.item_ids.write(owned)
        everything.notice_ids.write(owned)
        everything.late_fee_ids.write(owned)
        for field in ("event_ids", "hold_ids"):
            everything[field].write({"case_id": kept.id})
        everything.activity_ids.write({"res_id": kept.id})
        kept.sudo().write(self._get_merged_values(kept))
        for case in self:
            case.message_change_thread(kept)
        kept._log("merged", ", ".join(self.partner_id.mapped("display_name")))
        self.unlink()

    def _get_merged_values(self, kept):
        """Give what `kept` remembers of these cases: its own word comes first."""
        told = (self | kept).filtered("last_notice_date").sorted("last_notice_date")
        return {
            "last_notice_date": told[-1:].last_notice_date,
            "last_run_id": told[-1:].last_run_id.id,
            "collector_id": (kept.collector_id or self.collector_id[:1]).id,
            "policy_id": (kept.policy_id or self.policy_id[:1]).id,
            "credit_counter": sum((self | kept).mapped("credit_counter")),
            **self._get_merged_credit(kept),
        }

    def _get_merged_credit(self, kept):
        """Give the decision on credit that counts for all of them, and put it on record."""
        # A contact that was filed under a company has lost its limit to that company's.
        decided = (kept | self).filtered(
            lambda case: case.credit_state != "undecided"
            and (case.credit_state != "limit" or case.credit_limit or case == kept)
        )
        chosen = decided.sorted(lambda case: _STRICTNESS.index(case.credit_state))[:1]
        others = decided - chosen
        if others:
            kept._log_merged_credit(chosen, others)
        if not chosen or chosen == kept:
            return {}
        if chosen.credit_state == "limit":
            # Core copies a limit only where there is none, and in the active company alone.
            partner = kept.partner_id.with_company(kept.company_id).sudo()
            with partner._ar_merging_limits():
                partner.credit_limit = chosen.credit_limit
        return {name: chosen[name] for name in _DECISION}

    def _log_merged_credit(self, chosen, others):
        """Tell whose decision on credit counts now, and what is gone."""
        labels = dict(self._fields["credit_state"]._description_selection(self.env))
        text = self.env._(
            "Credit after the merger: %(decision)s, as decided for %(customer)s. What was "
            "decided for the others counts no longer: %(others)s.",
            decision=labels[chosen.credit_state],
            customer=chosen.partner_id.display_name,
            others=format_list(
                self.env,
                [f"{one.partner_id.display_name} – {labels[one.credit_state]}" for one in others],
            ),
        )
        self._log("credit_decided", text)
        self.sudo()._message_log(body=text)

    def _merge_credit_into(self, kept):
        """Move holds, releases and reviews; what `kept` is held for is held once."""
        kept = kept.sudo()
        known = {(hold.reason, hold.document) for hold in kept.credit_hold_ids}
        for case in self.sudo():
            for hold in case.credit_hold_ids:
                if (hold.reason, hold.document) in known:
                    hold._lift("cleared")
                known.add((hold.reason, hold.document))
            everything = case.with_context(active_test=False)
            everything.credit_hold_ids.write({"case_id": kept.id})
            everything.credit_release_ids.write({"case_id": kept.id})
            everything.credit_review_ids.write({"partner_id": kept.partner_id.id})
