"""Letters carry their styles with them, and so look the same wherever they are made.

Core lets wkhtmltopdf fetch the styles from the server's public address. A scheduled
action may run where nobody answers there: the letter would lose its layout unseen.
"""

import base64
import re

import lxml.html

from odoo import api, models, tools
from odoo.tools import file_open

from ..tools import styles

_LINK = re.compile(r'<link\b[^>]*\bhref="/web/assets/[^"/]+/([^"]+\.css)"[^>]*/?>')
_FONT_FAMILY = re.compile(r"font-family:\s*[\"']?([^;\"']+)")
_FONT_WEIGHT = re.compile(r"font-weight:\s*(400|700|normal|bold)\b")
_FONT_FILE = re.compile(r"url\([\"']?/?([^\"')?#]+\.(woff|ttf))")
_BODY_DIRECTION = re.compile(r'(<body\b[^>]*\bdir=")[^"]*(")')
_BODY_LANGUAGE = re.compile(r'\bdata-oe-lang="([^"]+)"')


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Override of `base`: our own reports hold no scripts and fetch nothing."""
        report = self._get_report(report_ref)
        if report.report_name.startswith("ar_collections."):
            self = self.with_context(ar_is_static=True)
        if self.env.context.get("ar_is_static"):
            report_ref = self.browse(report.id)
        return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)

    def _prepare_html(self, html, report_model=False):
        """Override of `base` to embed the styles, and to let each letter run in the
        direction of its own language."""
        prepared = super()._prepare_html(html, report_model=report_model)
        if not prepared or not self.env.context.get("ar_is_static"):
            return prepared
        bodies, ids, header, footer, arguments = prepared
        bodies = [self._ar_set_direction(self._ar_embed_styles(body)) for body in bodies]
        header = self._ar_embed_styles(self._ar_say_once(header))
        footer = self._ar_embed_styles(self._ar_say_once(footer))
        return bodies, ids, header, footer, arguments

    def _ar_set_direction(self, body):
        found = _BODY_LANGUAGE.search(body)
        lang = self.env["res.lang"]._get_data(code=found[1]) if found else None
        if not lang:
            return body
        return _BODY_DIRECTION.sub(rf"\g<1>{lang.direction}\g<2>", body, count=1)

    def _ar_embed_styles(self, html):
        """Put the rules that a document uses in the place of links to stylesheets."""
        html = str(html)
        used = styles.find_names(html)
        font = self.env.company.font or "Lato"

        def embed(link):
            rules = self._ar_get_styles(link[1], font)
            return f"<style>{styles.prune(rules, used)}</style>"

        return _LINK.sub(embed, html)

    @api.model
    @tools.ormcache("bundle", "font", cache="assets")
    def _ar_get_styles(self, bundle, font):
        """Give the rules of a stylesheet, with the files of one font and no others.

        :param bundle: the file's name in its address
        """
        name, rtl, _kind, autoprefix = self.env["ir.asset"]._parse_bundle_name(bundle, False)
        assets = self.env["ir.qweb"]._get_asset_bundle(
            name, css=True, js=False, rtl=rtl, autoprefix=autoprefix
        )
        rules = styles.parse("".join(file.raw.decode() for file in assets.css()))
        return tuple(filter(None, (self._ar_embed_font(rule, font) for rule in rules)))

    @api.model
    def _ar_embed_font(self, rule, font):
        """Give a rule; a font's with its file in it, or ``None`` where it is not used.

        Only the upright weights that letters use: the others are derived from them.
        """
        if not rule.selector.startswith("@"):
            return rule
        if rule.selector != "@font-face":
            return rule if rule.rules is not None else None
        family, weight, file = (
            pattern.search(rule.text)
            for pattern in (_FONT_FAMILY, _FONT_WEIGHT, _FONT_FILE)
        )
        is_used = family and family[1] == font and weight and "italic" not in rule.text
        data = self._ar_read_font(file[1]) if is_used and file else None
        if not data:
            return None
        source = f"url(data:font/{file[2]};base64,{data})"
        text = f"font-family:'{font}';font-weight:{weight[1]};src:{source}"
        return rule._replace(text=text)

    @api.model
    def _ar_read_font(self, path):
        try:
            with file_open(path, "rb") as file:
                return base64.b64encode(file.read()).decode()
        except FileNotFoundError:
            return None

    @api.model
    def _ar_say_once(self, html):
        """Keep each different header (or footer) once.

        Core gives each page those of all documents, and lets a script choose one: the
        work would grow with the square of their number.
        """
        root = lxml.html.fromstring(str(html))
        [holder] = root.xpath("//div[starts-with(@id, 'minimal_layout_report_')]")
        kept, places = {}, []
        for child in list(holder):
            text = lxml.html.tostring(child).strip()
            if text in kept:
                holder.remove(child)
            places.append(kept.setdefault(text, len(kept)))
        text = lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")
        return text.replace(".children[index]", f".children[{places}[index]]")
