"""Reference rates: dated values without gaps, imported as a whole or not at all."""

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .common_late_fees import LateFeeCase

HEAD = b"code,date_from,date_to,percent,source\n"


class TestReferenceRates(LateFeeCase):
    def values(self, rate):
        """Give (from, to, percent) of a rate, in order."""
        rate.invalidate_recordset()
        return [
            (str(value.date_from), str(value.date_to), value.percent)
            for value in rate.value_ids.sorted("date_from")
        ]

    # === IMPORTED === #

    def test_rate_gaps_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "gap"):
            self.reference(
                ("2025-01-01", "2025-06-30", 2.0), ("2025-08-01", "2025-12-31", 2.0)
            )

    def test_all_bad_lines_are_listed_and_nothing_is_imported(self):
        rate = self.reference()
        lines = (
            b"cb,2026-01-01,2026-06-30,2.15,good\n"
            b"nobody,2026-07-01,2026-12-31,2,x\n"
            b"cb,soon,2026-12-31,much,x\n"
            b"cb,2027-06-30,2027-01-01,2,x\n"
        )
        with self.assertRaises(UserError) as refused:
            self.env["ar.reference.rate"]._import_values(HEAD + lines)
        text = str(refused.exception)
        self.assertNotIn("Line 2:", text)
        for words in ("Line 3: there is no", "Line 4: “soon”", "Line 4: “much”", "Line 5:"):
            self.assertIn(words, text)
        self.assertFalse(rate.value_ids)

    def test_importing_again_changes_the_value(self):
        rate = self.reference()
        for percent in (b"2.15", b"2.40"):
            line = b"cb;2026-01-01;2026-06-30;" + percent + b";bank\n"
            self.env["ar.reference.rate"]._import_values(HEAD.replace(b",", b";") + line)
        self.assertEqual(rate.value_ids.mapped("percent"), [2.4])

    def test_a_file_without_columns_is_refused_in_words(self):
        with self.assertRaisesRegex(UserError, "must name the columns"):
            self.env["ar.reference.rate"]._import_values(b"\xff\xfe\x00nothing")

    def test_shipped_rates_are_those_of_the_first_half_of_2026(self):
        for name, percent in (("ecb", 2.15), ("boe", 3.75), ("bundesbank", 1.27)):
            rate = self.env.ref(f"ar_collections.ar_reference_rate_{name}")
            value = rate.value_ids.filtered(
                lambda value: str(value.date_from) == "2026-01-01"
            )
            self.assertEqual(value.percent, percent)
            self.assertTrue(value.source)

    def test_a_file_may_split_a_known_half_year(self):
        """What it makes of the values is checked as a whole."""
        rate = self.reference(
            ("2025-01-01", "2025-06-30", 3.0), ("2025-07-01", "2025-12-31", 2.0)
        )
        lines = b"cb,2025-01-01,2025-03-31,3.15,bank\ncb,2025-04-01,2025-06-30,2.65,bank\n"
        self.env["ar.reference.rate"]._import_values(HEAD + lines)
        self.assertEqual(
            self.values(rate),
            [
                ("2025-01-01", "2025-03-31", 3.15),
                ("2025-04-01", "2025-06-30", 2.65),
                ("2025-07-01", "2025-12-31", 2.0),
            ],
        )

    def test_a_file_that_leaves_a_gap_is_refused(self):
        rate = self.reference(("2025-01-01", "2025-06-30", 3.0))
        line = b"cb,2025-01-01,2025-03-31,3.15,bank\ncb,2025-05-01,2025-06-30,3,bank\n"
        with self.assertRaisesRegex(ValidationError, "gap"), self.env.cr.savepoint():
            self.env["ar.reference.rate"]._import_values(HEAD + line)
        self.assertEqual(self.values(rate), [("2025-01-01", "2025-06-30", 3.0)])

    def test_a_half_year_is_split_in_the_form_too(self):
        rate = self.reference(("2025-01-01", "2025-06-30", 3.0))
        later = {"date_from": "2025-04-01", "date_to": "2025-06-30", "percent": 2.0}
        shorter = Command.update(rate.value_ids.id, {"date_to": "2025-03-31"})
        rate.value_ids = [shorter, Command.create(later)]
        self.assertEqual(len(self.values(rate)), 2)
        with self.assertRaisesRegex(ValidationError, "gap"), self.env.cr.savepoint():
            rate.value_ids = [Command.update(rate.value_ids[-1].id, {"date_to": "2025-03-30"})]

    # === OTHER COMPANIES === #

    def test_known_values_of_others_are_not_changed(self):
        """A branch, or another company, adds values; it changes none that others use."""
        rate = self.reference(("2025-01-01", "2025-06-30", 3.0))
        self.rule(reference_id=rate.id)
        branch = self.create_branch("Acorn North")
        user = self.create_user("branch_manager", "manager")
        user.sudo().write({"company_id": branch.id, "company_ids": [Command.set(branch.ids)]})
        mine = rate.with_user(user).with_company(branch)
        line = b"cb,2025-07-01,2025-12-31,2,bank\n"
        mine._import_values(HEAD + line + b"cb,2025-01-01,2025-06-30,3.0,bank\n")
        known = mine.value_ids.sorted("date_from")[0]
        acts = {
            "change": lambda: known.write({"percent": 9.0}),
            "shorten": lambda: known.write({"date_from": "2025-02-01"}),
            "delete": known.unlink,
            "import": lambda: mine._import_values(HEAD + line.replace(b",2,", b",9,")),
        }
        for name, act in acts.items():
            refused = self.assertRaisesRegex(UserError, "works in those companies")
            with self.subTest(name), self.isolated(), refused:
                act()
        known.source = "The bank's own page"
        self.assertEqual(
            self.values(rate), [("2025-01-01", "2025-06-30", 3.0), ("2025-07-01", "2025-12-31", 2.0)]
        )
