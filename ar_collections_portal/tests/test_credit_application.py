"""A customer applies for credit on the portal, and is answered."""

from contextlib import contextmanager
from io import BytesIO

from lxml import html
from PIL import Image

from odoo.addons.ar_collections.tests.common_credit import CreditCase
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged


def make_picture():
    content = BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return content.getvalue()


@tagged("standard", "post_install", "-at_install")
class TestCreditApplication(CreditCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.ar_is_taking_applications = True
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Finance manager",
                "parent_id": cls.customer.id,
                "email": "finance@customer.example",
            }
        )
        cls.user = new_test_user(
            cls.env, "applicant", "base.group_portal", partner_id=cls.contact.id
        )

    # === HELP === #

    def setUp(self):
        super().setUp()
        self.authenticate("applicant", "applicant")

    def apply(self, files=(), **values):
        """Send the form; give the text of the page that follows."""
        form = {
            "amount": "5000",
            "terms": "within 30 days",
            "references": "Bank of Somewhere, 01 23",
            "is_agreed": "1",
            "csrf_token": Request.csrf_token(self),
        }
        form |= values
        page = self.url_open(
            "/my/credit/apply",
            data={name: value for name, value in form.items() if value is not None},
            files=[("documents", file) for file in files] or None,
        )
        self.assertEqual(page.status_code, 200)
        return " ".join(html.fromstring(page.content).text_content().split())

    def get_reviews(self):
        return self.env["ar.credit.review"]._get_applications(self.customer, self.env.company)

    def get_page(self):
        page = self.url_open("/my/credit")
        return " ".join(html.fromstring(page.content).text_content().split())

    @contextmanager
    def told(self):
        """Give the e-mails that are written meanwhile."""
        sent = self.env["mail.message"].sudo()
        domain = [("partner_ids", "in", self.contact.ids)]
        known, messages = sent.search(domain), []
        yield messages
        messages.extend(sent.search(domain) - known)

    # === APPLYING === #

    def test_an_application_becomes_a_review(self):
        text = self.apply(files=[("accounts.png", make_picture(), "image/png")])
        self.assertIn("Your application has arrived", text)
        review = self.get_reviews()
        self.assertEqual(review.state, "draft")
        self.assertEqual(review.partner_id, self.customer)
        self.assertEqual(review.applied_by_id, self.contact)
        self.assertEqual(review.requested_limit, 5000.0)
        self.assertEqual(review.requested_terms, "within 30 days")
        self.assertIn("Bank of Somewhere", review.references)
        self.assertTrue(review.has_consented)
        self.assertEqual(review.document_ids.mapped("name"), ["accounts.png"])
        self.assertEqual(review.document_ids.res_id, review.id)

    def test_the_consent_is_kept_in_words(self):
        self.apply()
        bodies = " ".join(self.get_reviews().message_ids.mapped("body"))
        self.assertIn("asks credit agencies", bodies)
        self.assertIn(self.contact, self.get_reviews().message_ids.author_id)

    def test_somebody_gets_a_task(self):
        self.env.company.ar_credit_approver_id = self.approver
        self.apply()
        review = self.get_reviews()
        self.assertEqual(review.activity_ids.summary, "Check the application for credit")
        self.assertTrue(review.activity_ids.user_id._is_internal())

    def test_the_applicant_does_not_follow_the_review(self):
        self.apply()
        self.assertNotIn(self.contact, self.get_reviews().message_partner_ids)

    def test_nobody_applies_twice(self):
        self.apply()
        self.assertIn("has arrived", self.apply(amount="9000"))
        self.assertEqual(self.get_reviews().mapped("requested_limit"), [5000.0])

    def test_after_the_decision_there_is_a_form_again(self):
        self.apply()
        self.get_reviews().action_cancel()
        self.assertIn("How much credit do you need?", self.get_page())

    # === WRONG INPUT === #

    def test_wrong_amounts_are_told(self):
        for amount in ("", "much", "-5", "0", "nan", "inf", "1e30", None):
            with self.subTest(amount=amount):
                self.assertIn("Enter an amount in", self.apply(amount=amount))
        self.assertFalse(self.get_reviews())

    def test_what_was_filled_in_stays(self):
        page = self.apply(amount="-5", references="Ask Mr Known")
        self.assertIn("Ask Mr Known", page)

    def test_nothing_without_consent(self):
        self.assertIn("please agree", self.apply(is_agreed=None))
        self.assertFalse(self.get_reviews())

    def test_a_file_that_is_no_paper_is_refused(self):
        for name, content in (
            ("page.pdf", b"<html><script>alert(1)</script></html>"),
            ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
            ("tool.exe", b"MZ" + bytes(100)),
            ("empty.pdf", b""),
        ):
            with self.subTest(name=name):
                self.assertIn("cannot be taken", self.apply(files=[(name, content)]))
        self.assertFalse(self.get_reviews())

    def test_too_many_and_too_large_files_are_refused(self):
        many = [(f"{number}.png", make_picture()) for number in range(11)]
        self.assertIn("Up to 10 documents", self.apply(files=many))
        large = make_picture() + bytes(10 * 1024 * 1024)
        self.assertIn("is larger than 10 MB", self.apply(files=[("large.png", large)]))
        self.assertFalse(self.get_reviews())

    def test_texts_without_end_are_refused(self):
        self.assertIn("The text is too long", self.apply(references="x" * 10_001))

    def test_a_form_of_somebody_else_is_refused(self):
        page = self.url_open("/my/credit/apply", data={"amount": "1", "is_agreed": "1"})
        self.assertEqual(page.status_code, 400)
        self.assertFalse(self.get_reviews())

    # === WHO MAY === #

    def test_strangers_log_in_first(self):
        self.logout()
        self.assertIn("/web/login", self.url_open("/my/credit").url)

    def test_only_where_the_company_takes_applications(self):
        self.assertIn("/my/credit", self.url_open("/my/home").text)
        self.env.company.ar_is_taking_applications = False
        self.assertNotIn("/my/credit", self.url_open("/my/home").text)
        self.assertEqual(self.url_open("/my/credit").status_code, 404)

    def test_customers_see_their_own_only(self):
        self.apply()
        new_test_user(self.env, "stranger", "base.group_portal")
        self.authenticate("stranger", "stranger")
        self.assertNotIn("Asked for", self.get_page())

    def test_reviews_by_colleagues_are_not_shown(self):
        self.env["ar.credit.review"].create(
            {"partner_id": self.customer.id, "requested_limit": 77.0}
        )
        self.assertNotIn("77.00", self.get_page())

    def test_nobody_makes_a_review_look_as_if_applied_for(self):
        review = self.env["ar.credit.review"].create({"partner_id": self.customer.id})
        with self.assertRaises(UserError):
            review.with_user(self.approver).applied_by_id = self.contact
        review = self.env["ar.credit.review"].with_user(self.approver).create(
            {"partner_id": self.customer.id, "applied_by_id": self.contact.id}
        )
        self.assertFalse(review.applied_by_id)

    # === THE ANSWER === #

    def test_the_customer_is_answered(self):
        self.apply()
        review = self.get_reviews().with_user(self.approver)
        review.write({"decision": "limit", "limit": 3000.0})
        with self.told() as messages:
            review.action_decide()
        self.assertIn("up to", messages[0].body)
        self.assertIn("/my/credit", messages[0].body)
        self.assertIn("3,000.00", self.get_page().replace("\xa0", " "))

    def test_no_credit_is_said_politely(self):
        self.apply()
        review = self.get_reviews().with_user(self.approver)
        review.write({"decision": "none", "decision_note": "Smells of trouble"})
        review.action_decide()
        text = self.get_page()
        self.assertIn("we ask you to pay in advance", text)
        self.assertNotIn("trouble", text)

    def test_in_test_mode_nobody_is_told(self):
        self.apply()
        self.env.company.write(
            {"ar_is_test_mode": True, "ar_test_email": "test@company.example"}
        )
        review = self.get_reviews().with_user(self.approver)
        review.decision = "unlimited"
        with self.told() as messages:
            review.action_decide()
        self.assertFalse(messages)
