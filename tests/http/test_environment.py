"""The tools that other tests rely on are there, and are the right ones."""

import io

from odoo.addons.base.models.assetsbundle import AssetsBundle
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools.pdf import PdfFileReader


@tagged("standard", "post_install", "-at_install")
class TestTools(TransactionCase):
    def test_pdf_has_its_header_on_every_record(self):
        page = "<!DOCTYPE html><html><body><p>%s</p></body></html>"
        pdf = self.env["ir.actions.report"]._run_wkhtmltopdf(
            [page % "First letter", page % "Second letter"], header=page % "Letterhead",
        )
        texts = [text.extract_text() for text in PdfFileReader(io.BytesIO(pdf)).pages]
        self.assertEqual(len(texts), 2)
        for text, body in zip(texts, ("First letter", "Second letter"), strict=True):
            self.assertIn("Letterhead", text)
            self.assertIn(body, text)

    def test_style_sheets_turn_right_to_left(self):
        bundle = AssetsBundle("web.assets_frontend", [], env=self.env, rtl=True)
        self.assertIn("right", bundle.run_rtlcss("p { float: left }"))


@tagged("standard", "post_install", "-at_install")
class TestBrowser(HttpCase):
    def test_browser_opens_the_back_office(self):
        self.browser_js("/odoo", "console.log('test successful')", "odoo.isReady === true", login="admin")
