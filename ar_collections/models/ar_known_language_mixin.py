from odoo import models
from odoo.tools.translate import code_translations


class ArKnownLanguageMixin(models.AbstractModel):
    """Speaks to a customer in one language only, not in two at once."""

    _name = "ar.known.language.mixin"
    _description = "Texts in a Language That Is Known"

    def _in_known_language(self):
        """Give the records in their language, or in English where we do not know it.

        Else an English sentence would carry a Finnish date.
        """
        lang = self.env.lang or "en_US"
        is_known = lang.startswith("en") or code_translations.get_python_translations(
            "ar_collections", lang
        )
        return self.with_context(lang=lang if is_known else "en_US")
