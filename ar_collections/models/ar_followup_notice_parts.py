"""What the texts of a notice are made of: its lines, sums, days and people."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL, format_date, formataddr, formatLang

_MOVE_FIELDS = (
    "access_token",
    "amount_residual",
    "amount_total",
    "ar_is_charge",
    "company_id",
    "currency_id",
    "move_type",
    "name",
    "partner_bank_id",
    "partner_id",
    "payment_reference",
    "payment_state",
    "state",
)


class ArFollowupNotice(models.Model):
    _name = "ar.followup.notice"
    _inherit = ["ar.followup.notice", "ar.known.language.mixin"]

    # === READ AHEAD === #

    def _read_ahead(self):
        """Read what texts need of many notices at once, and not all else of invoices."""
        lines = self.line_ids
        moves = lines.move_id
        moves.fetch(_MOVE_FIELDS)
        moves.mapped("transaction_ids")
        lines.item_id.fetch(["last_notice_id", "last_notice_date"])

    @api.model
    def _give_tokens(self, moves):
        """Give invoices the token that their links need, before the links are sent.

        Who only looks at a text changes nothing: its links then ask for a login. So do
        those of an invoice that somebody is changing at this moment: nobody waits.

        SQL: writing an invoice checks its whole entry, a tenth of a second for each.
        """
        without = moves.filtered(lambda move: not move.access_token)
        if without:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE account_move SET access_token = gen_random_uuid()::text
                     WHERE id IN (SELECT id FROM account_move WHERE id = ANY(%s)
                               ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
                    """,
                    without.ids,
                ),
                log_exceptions=False,
            )
            without.invalidate_recordset(["access_token"], flush=False)
            without.fetch(["access_token"])

    # === LINES AND SUMS === #

    def _get_lines(self, kind):
        """Give the lines of a section of the notice, cancelled ones left out.

        :param kind: ``overdue`` (in the total), ``not_due`` (in no total),
            ``climbing``, or ``all``
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.is_cancelled)
        ahead = self.line_ids._prefetch_ids
        if kind == "climbing":
            lines = lines.filtered(lambda line: line.role == "climbing")
        elif kind != "all":
            # A courtesy notice asks for debts that are not due yet.
            is_courtesy = self.level_days <= 0
            due = lines.filtered(
                lambda line: line.role == "climbing"
                if is_courtesy
                else line.days_overdue > 0 and not line._is_before_due()
            )
            lines = due if kind == "overdue" else lines - due
        lines = lines.sorted(lambda line: (line.due_date, line.name or "", line.id))
        return lines.with_prefetch(ahead)

    def _get_totals(self, lines=None):
        """Give {currency: to pay} of `lines` (default: all); nothing adds two currencies."""
        self.ensure_one()
        totals = defaultdict(float)
        for line in self._get_lines("overdue") if lines is None else lines:
            totals[line.currency_id] += line.claim_amount
        return {currency: currency.round(total) for currency, total in totals.items()}

    def _get_invoices(self):
        """Give the invoices that the level attaches to the notice."""
        self.ensure_one()
        kind = self.level_id.attach_invoices
        if kind == "none":
            return self.env["account.move"]
        lines = self._get_lines("all" if kind == "all" else "overdue")
        return lines.move_id.filtered(
            lambda move: move.is_invoice(include_receipts=True)
        )

    # === DAYS === #

    def _get_text_day(self):
        """Give the day that the text speaks on."""
        self.ensure_one()
        return self.handed_over_on or max(self.as_of, self.company_id._ar_today())

    def _get_deadline(self, lines=None):
        """Give the day that binds the customer; before the notice is sent, as if today.

        A courtesy notice without a term of its own has the first due date.
        """
        self.ensure_one()
        if self.deadline:
            return self.deadline
        if self.level_days <= 0 or not self.deadline_days:
            lines = self._get_lines("overdue") if lines is None else lines
            due = lines.mapped("due_date")
            return min(due, default=None) if self.level_days <= 0 else None
        return self._get_text_day() + timedelta(days=self.deadline_days)

    # === FORMATS === #

    def _format_amount(self, amount, currency):
        """Give an amount of money as the language of the text writes it."""
        return self._remember(
            ("amount", amount, currency.id),
            lambda: formatLang(self.env, amount, currency_obj=currency),
        )

    def _format_sums(self, sums):
        """Give {currency: amount} as text, such as “1,200.00 € and $ 50.00”."""
        amounts = [
            self._format_amount(amount, currency)
            for currency, amount in sums.items()
            if not currency.is_zero(amount)
        ]
        if len(amounts) < 2:
            return "".join(amounts)
        return self._say("sums", amounts=", ".join(amounts[:-1]), last=amounts[-1])

    def _format_total(self):
        """Give the total to pay as text, each currency for itself."""
        return self._format_sums(self._get_totals())

    def _format_plain_sums(self, sums):
        """Give sums with currency codes and plain spaces: all that an SMS can carry."""
        amounts = [
            f"{formatLang(self.env, amount, digits=currency.decimal_places)} "
            f"{currency.name}"
            for currency, amount in sums.items()
        ]
        return " + ".join(" ".join(amount.split()) for amount in amounts)

    def _format_day(self, day):
        """Give a day with its weekday as the language of the text writes it."""
        if not day:
            return ""
        return self._remember(
            ("day", day), lambda: format_date(self.env, day, date_format="full")
        )

    def _format_short_day(self, day):
        """Give a day in figures as the language of the text writes it."""
        if not day:
            return ""
        return self._remember(("date", day), lambda: format_date(self.env, day))

    def _remember(self, key, find):
        """Find out once for all notices of a batch, such as a day as text."""
        known = self.env.cr.cache.setdefault("ar_formats", {})
        key = (self.env.lang, *key)
        if key not in known:
            known[key] = find()
        return known[key]

    # === PEOPLE === #

    def _get_sender(self):
        """Give the person who signs: the collector, else the company's responsible."""
        self.ensure_one()
        return self.case_id._get_collector()

    def _get_contact(self):
        """Give name, phone and e-mail of who answers; the company's where empty."""
        sender, company = self._get_sender(), self.company_id
        return (
            sender.name or company.name,
            self._keep_order(sender.phone or company.phone or ""),
            sender.email or company.email or "",
        )

    def _keep_order(self, phone):
        """Mark a number as written from left to right, within a text that is not."""
        lang = self.env["res.lang"]._get_data(code=self.env.lang)
        return f"\u202a{phone}\u202c" if phone and lang.direction == "rtl" else phone

    def _get_sender_email(self, name, email):
        """Give the address that sends: the person's, under the company's name."""
        company = self.company_id
        if not email:
            return company.email_formatted or self.env.user.email_formatted
        names = [name] if name == company.name else [name, company.name]
        return formataddr((", ".join(names), email))

    def _get_party(self, partner, name):
        """Name a party of a formal notice with its address on one line."""
        address = partner._display_address(without_company=True)
        return ", ".join(filter(None, (name, *address.split("\n"))))

    def _get_reference(self, lines=None):
        """Give what the customer writes on the payment of `lines` (default: all)."""
        self.ensure_one()
        moves = (self._get_lines("overdue") if lines is None else lines).move_id
        names = [move.payment_reference or move.name or "" for move in moves]
        if len(names) > 5:
            return self.partner_id.ref or ", ".join(names[:5]) + "…"
        return ", ".join(names)

    def _get_print_name(self):
        self.ensure_one()
        return f"{self.as_of}_{self.partner_id.name}_{self.id}".replace("/", "-")
