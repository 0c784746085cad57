"""Texts of a batch are compiled once."""

from lxml import etree

from odoo import models


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        """Override of `base` to compile the text of a batch once, not for each record.

        Rendering mail templates gives the same source again for each record; compiling
        takes longer than rendering. Kept for the transaction, and only where asked for.
        """
        is_asked = self.env.context.get("ar_is_compiling_once")
        if not is_asked or not isinstance(template, etree._Element):
            return super()._generate_code_uncached(template)
        options = (self.env.context.get(key) or False for key in self._get_template_cache_keys())
        key = (etree.tostring(template), *options)
        compiled = self.env.cr.cache.setdefault("ar_compiled_texts", {})
        if key not in compiled:
            compiled[key] = super()._generate_code_uncached(template)
        return compiled[key]
