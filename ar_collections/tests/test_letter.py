import base64
import re
from io import BytesIO
from unittest.mock import patch

import lxml.html
from PIL import Image

from odoo.addons.base.models import ir_actions_report
from odoo.tools.pdf import PdfFileReader
from odoo.tools.translate import code_translations

from ..tools import styles
from .common_texts import PRINTED_IBAN, TextsCase

REPORT = "ar_collections.report_dunning_letter"


class TestLetter(TextsCase):
    """Letters, printed for real."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.ready_level("business", 1)
        cls.last = cls.ready_level("business", 20)

    # === READERS === #

    def print_letters(self, notices):
        """Print letters for real.

        :return: {notice id: text of the pages}
        """
        pdfs = self.env["ar.followup.delivery"].sudo()._render_letters(notices)
        self.assertEqual(set(pdfs), set(notices.ids))
        return {notice_id: self.read_pages(pdf) for notice_id, pdf in pdfs.items()}

    def read_pages(self, pdf):
        """Give the text of each page, without spaces: PDF places letters, not words."""
        return [
            re.sub(r"\s", "", page.extract_text()) for page in PdfFileReader(BytesIO(pdf)).pages
        ]

    def assertPrinted(self, pages, *parts):
        text = "".join(pages)
        for part in parts:
            self.assertIn(re.sub(r"\s", "", part), text)

    def read_html(self, notice):
        """Give the tree of a letter as it is handed to wkhtmltopdf."""
        report = self.env["ir.actions.report"].sudo()
        html, _type = report._render_qweb_html(REPORT, notice.ids, data={"report_type": "pdf"})
        return lxml.html.fromstring(html)

    # === WHAT IS ON PAPER === #

    def test_letter_is_complete(self):
        also = self.create_invoice(-20, 300.0)
        later = self.create_invoice(10, 55.0)
        self.customer.ref = "C-77"
        notice = self.write_notice(self.first, also=also, not_due=later)
        pages = self.print_letters(notice)[notice.id]
        self.assertPrinted(
            pages,
            "Acorn Ltd",
            "1 Main Street",
            "Wednesday, March 4, 2026",
            "C-77",
            "Reminder of your invoices",
            "within 7 days, by Wednesday, March 11, 2026",
            notice.line_ids[0].name,
            "Also overdue",
            also.name,
            "$ 1,500.00",
            "not part of the total",
            later.name,
            PRINTED_IBAN,
            "Mill Bank, MILBGB22",
            notice.reference_text,
            "Already paid? Thank you; payments up to Wednesday, March 4, 2026 are included.",
            "Anna Field, +44 20 7946 0021, anna.field@birchoak.example",
            "Kind regards",
        )

    def test_page_without_its_header_is_complete(self):
        """A lost header or footer never makes a letter useless."""
        notice = self.write_notice(self.first)
        [article] = self.read_html(notice).xpath("//div[contains(@class, 'article')]")
        text = self.plain(article.text_content())
        for part in (
            "Acorn Ltd",
            "$ 1,200.00",
            "Birch and Oak Ltd",
            PRINTED_IBAN,
            "Wednesday, March 11, 2026",
            "+44 20 7946 0021",
        ):
            self.assertIn(part, text)

    def test_window_shows_the_address_and_nothing_else(self):
        notice = self.write_notice(self.last)
        [window] = self.read_html(notice).xpath("//div[@name='address']")
        letters = re.sub(r"\s", "", window.text_content())
        self.assertEqual(letters, "AcornLtd1MainStreetSpringfield12345UnitedStates")

    def test_each_letter_has_one_heading(self):
        """Core cuts a file of several letters at their headings."""
        notice = self.write_notice(self.first)
        headings = self.read_html(notice).xpath(
            "//div[contains(@class, 'article')]//*[self::h1 or self::h2 or self::h3]"
        )
        self.assertEqual(len(headings), 1)

    def test_test_letter_is_marked(self):
        notice = self.write_notice(self.first, is_test=True)
        self.assertPrinted(
            self.print_letters(notice)[notice.id], "Test: this message would go to Acorn Ltd."
        )

    def test_personal_text_is_printed(self):
        notice = self.write_notice(self.first, personal_text="<p>Nice to meet you.</p>")
        self.assertPrinted(self.print_letters(notice)[notice.id], "Nice to meet you.")

    def test_currencies_have_totals_of_their_own(self):
        euro = self.setup_other_currency("EUR")
        moves = self.create_invoice(-1, 700.0) | self.create_invoice(-2, 500.0, currency=euro)
        notice = self.write_notice(self.first, moves)
        self.assertPrinted(
            self.print_letters(notice)[notice.id],
            "Total to pay USD $ 700.00",
            "Total to pay EUR 500.00 €",
            "Amount 500.00 € and $ 700.00",
        )

    # === CODES TO SCAN === #

    def test_banking_app_code_where_the_company_uses_it(self):
        notice = self.write_notice(self.first)
        self.assertFalse(notice._get_payments(is_letter=True)[0]["qr_bank"])
        self.env.company.sudo().qr_code = True
        values = {"barcode_type": "QR", "value": "BCD", "width": 120, "height": 120}
        banks = type(self.env["res.partner.bank"])
        with (
            patch.object(banks, "_build_qr_code_vals", lambda bank, *args: {"amount": args[0]}),
            patch.object(banks, "_get_qr_code_generation_params", lambda bank, amount: values),
        ):
            [payment] = notice._get_payments(is_letter=True)
            self.assertFalse(notice._get_payments()[0]["qr_bank"], "There is the link")
        self.assertEqual(self.read_image_size(payment["qr_bank"]), (100, 100))

    def test_link_is_printed_as_a_code(self):
        notice = self.write_notice(self.first)
        notices = type(notice)
        with patch.object(notices, "_get_payment_link", lambda *args: "https://pay.example/1"):
            [payment] = notice._get_payments(is_letter=True)
            pages = self.print_letters(notice)[notice.id]
        self.assertTrue(payment["qr_link"])
        self.assertPrinted(pages, "Scan to pay online")

    def test_two_sums_have_no_code(self):
        euro = self.setup_other_currency("EUR")
        moves = self.create_invoice(-1, 700.0) | self.create_invoice(-2, 500.0, currency=euro)
        notice = self.write_notice(self.first, moves)
        notices = type(notice)
        with patch.object(notices, "_get_payment_link", lambda *args: "https://pay.example/1"):
            [payment] = notice._get_payments(is_letter=True)
        self.assertEqual(len(payment["links"]), 2)
        self.assertFalse(payment["qr_link"])

    def read_image_size(self, address):
        data = base64.b64decode(address.partition(",")[2])
        return Image.open(BytesIO(data)).size

    # === ENCLOSED === #

    def test_invoices_are_enclosed(self):
        notice = self.write_notice(self.last)
        pages = self.print_letters(notice)[notice.id]
        self.assertEqual(len(pages), 2)
        self.assertPrinted(pages[:1], "A copy of each invoice is enclosed.")
        self.assertPrinted(pages[1:], f"Invoice {notice.line_ids.name}", "Goods")
        self.assertNotIn("Proforma", "".join(pages))

    def test_level_without_enclosures_promises_none(self):
        self.last.attach_invoices = "none"
        notice = self.write_notice(self.last)
        pages = self.print_letters(notice)[notice.id]
        self.assertEqual(len(pages), 1)
        self.assertNotIn("enclosed", "".join(pages))

    def test_invoice_goes_as_it_was_sent(self):
        notice = self.write_notice(self.last)
        invoice = notice.line_ids.move_id
        pdf = self.env["ar.followup.notice"]._print_invoices(invoice)[invoice.id][0]["content"]
        self.env["ir.attachment"].sudo().create(
            {
                "name": "sent.pdf",
                "raw": pdf,
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
                "mimetype": "application/pdf",
            }
        )
        invoice.invalidate_recordset()
        [copy] = notice._get_invoice_copies()[notice.id]
        self.assertEqual((copy["filename"], copy["content"]), ("sent.pdf", pdf))

    def test_email_carries_the_same_copies(self):
        notice = self.write_notice(self.last)
        values = notice._process_attachments_for_template_post(self.last.mail_template_id)
        [(name, content)] = values[notice.id]["attachments"]
        self.assertTrue(name.endswith(".pdf"))
        self.assertTrue(base64.b64decode(content).startswith(b"%PDF"))
        apology = self.env.ref("ar_collections.mail_template_withdrawal")
        self.assertFalse(notice._process_attachments_for_template_post(apology))

    # === SEVERAL IN ONE CALL === #

    def write_some(self, count, level=None):
        notices = self.env["ar.followup.notice"]
        for number in range(count):
            partner = self.create_customer(f"Customer {number} Ltd")
            invoice = self.create_invoice(-1, 100.0 + number, partner)
            notices |= self.write_notice(level or self.first, invoice, partner=partner)
        return notices

    def test_letters_printed_together_are_those_printed_one_by_one(self):
        notices = self.write_some(3)
        # One of them takes two pages: a file is not cut by counting pages.
        many = self.env["account.move"].union(
            *(self.create_invoice(-1, 10.0, notices[1].partner_id) for _number in range(40))
        )
        notices[1].sudo().write(
            {
                "line_ids": [
                    (0, 0, self.line_values(line, "climbing", self.first))
                    for line in self.debts(many)
                ]
            }
        )
        with self.count_calls() as calls:
            together = self.print_letters(notices)
        self.assertEqual(len(calls), 1)
        self.assertGreater(len(together[notices[1].id]), 1)
        for notice in notices:
            self.assertPrinted(together[notice.id], notice.partner_id.name, notice.reference_text)
            self.assertEqual(together[notice.id], self.print_letters(notice)[notice.id])

    def test_without_the_patched_program_they_are_printed_one_by_one(self):
        notices = self.write_some(2)
        plain = ir_actions_report._wkhtml()._replace(is_patched_qt=False)
        names = (
            "odoo.addons.ar_collections.models.ar_followup_delivery_letter._wkhtml",
            "odoo.addons.ar_collections.models.ar_followup_notice_copies._wkhtml",
        )
        with (
            patch(names[0], lambda: plain),
            patch(names[1], lambda: plain),
            self.count_calls() as calls,
        ):
            pages = self.print_letters(notices)
        self.assertEqual(len(calls), 2)
        self.assertPrinted(pages[notices[0].id], "Customer 0 Ltd")

    def count_calls(self):
        """Collect the arguments of each call of wkhtmltopdf."""
        return _Calls()

    # === NOTHING IS FETCHED === #

    def test_letters_are_styled_where_no_server_answers(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "web.base.url", "http://nobody.invalid:1"
        )
        notices = self.write_some(2)
        with self.count_calls() as calls:
            self.print_letters(notices)
        [(arguments, pages)] = calls
        self.assertEqual(arguments[arguments.index("--javascript-delay") + 1], "0")
        self.assertEqual(len(pages), 4, "Header, footer and two letters")
        for page in pages:
            self.assertNotIn("<link", page)
            self.assertNotRegex(page, r"(src|url\()[=\"']*/")
            self.assertIn("@font-face", page)
            self.assertLess(len(re.sub(r"base64,[^\"')]*", "", page)), 60_000)

    def test_header_that_all_letters_share_is_handed_over_once(self):
        notices = self.write_some(3)
        with self.count_calls() as calls:
            self.print_letters(notices)
        [(_arguments, pages)] = calls
        header = next(page for page in pages if "minimal_layout_report_headers" in page)
        [holder] = lxml.html.fromstring(header).xpath("//div[@id='minimal_layout_report_headers']")
        self.assertEqual(len(holder), 1)
        self.assertIn(".children[[0, 0, 0][index]]", header)

    def test_different_headers_are_chosen_by_the_letter(self):
        html = (
            "<html><body onload='x()'><script>h.children[index]</script>"
            "<div id='minimal_layout_report_headers'>"
            "<div class='header'>A</div><div class='header'>B</div><div class='header'>A</div>"
            "</div></body></html>"
        )
        once = self.env["ir.actions.report"]._ar_say_once(html)
        [holder] = lxml.html.fromstring(once).xpath("//div[@id='minimal_layout_report_headers']")
        self.assertEqual([child.text for child in holder], ["A", "B"])
        self.assertIn("h.children[[0, 1, 0][index]]", once)

    def test_other_reports_are_left_as_they_are(self):
        invoice = self.create_invoice(-1)
        report = self.env["ir.actions.report"].sudo()
        html, _type = report._render_qweb_html(
            "account.account_invoices", invoice.ids, data={"report_type": "pdf"}
        )
        record = self.env.ref("account.account_invoices")
        bodies, *_others = record._prepare_html(html, report_model="account.move")
        self.assertIn('rel="stylesheet"', bodies[0])

    # === DIRECTION === #

    def test_letter_runs_in_the_direction_of_its_language(self):
        self.env["res.lang"]._activate_lang("ar_001")
        known = {
            **code_translations.python_translations,
            ("ar_collections", "ar_001"): {"Dear Sir or Madam,": "السادة الكرام،"},
        }
        self.patch(code_translations, "python_translations", known)
        speaker = type(self.env["ar.followup.notice"])
        self.patch(speaker, "_get_known_language", lambda _self, lang, _texts=(): lang)
        notices = self.write_some(2)
        notices[0].recipient_id.lang = "ar_001"
        with self.count_calls() as calls:
            self.print_letters(notices)
        [(_arguments, pages)] = calls
        bodies = [page for page in pages if 'name="letter_text"' in page]
        self.assertRegex(bodies[0], r'<body[^>]*dir="rtl"')
        self.assertIn("السادة الكرام", bodies[0])
        self.assertRegex(bodies[1], r'<body[^>]*dir="ltr"')


class _Calls:
    """Collects (arguments, texts of the HTML files) of each call of wkhtmltopdf."""

    def __init__(self):
        self._calls = []
        self._patcher = patch.object(ir_actions_report, "_run_wkhtmltopdf", self._run)
        self._run_real = ir_actions_report._run_wkhtmltopdf

    def __enter__(self):
        self._patcher.start()
        return self._calls

    def __exit__(self, *_exception):
        self._patcher.stop()

    def _run(self, arguments):
        pages = []
        for argument in arguments:
            if str(argument).endswith(".html"):
                with open(argument, encoding="utf-8") as file:
                    pages.append(file.read())
        self._calls.append((arguments, pages))
        return self._run_real(arguments)


class TestStatementOnPaper(TextsCase):
    def test_statement_is_printed(self):
        self.create_invoice(-75, 500.0)
        self.create_invoice(10, 200.0)
        self.create_credit_note(120.0, partner=self.customer)
        case = self.customer._ar_ensure_case(self.env.company)
        report = self.env["ir.actions.report"].sudo()
        streams = report._render_qweb_pdf_prepare_streams(
            "ar_collections.report_statement", {}, res_ids=case.ids
        )
        pdf = streams[case.id]["stream"].getvalue()
        text = "".join(page.extract_text() for page in PdfFileReader(BytesIO(pdf)).pages)
        text = re.sub(r"\s", "", text)
        for part in ("Statement of account", "$ 580.00", "61 to 90 days", "Credit note", "Anna Field"):
            self.assertIn(part.replace(" ", ""), text)


class TestStyles(TextsCase):
    def test_styles_of_reports_are_cut_to_what_is_used(self):
        bundle = self.env["ir.qweb"]._get_asset_bundle(
            "web.report_assets_common", css=True, js=False, autoprefix=True
        )
        css = "".join(file.raw.decode() for file in bundle.css())
        rules = styles.parse(css)
        self.assertGreater(len(rules), 1000)
        pruned = styles.prune(rules, {"text-end", "o_table_standard"})
        self.assertIn(".text-end", pruned)
        self.assertNotIn(".modal-dialog", pruned)
        self.assertLess(len(pruned), len(css) / 3)
