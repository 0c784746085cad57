"""One message, one language: that of its reader, or English where a part is missing."""

import re

from odoo import api, models
from odoo.tools.translate import code_translations

from ..sentences import SENTENCES

ENGLISH = "en_US"
# What a text says in no language: tags, placeholders, entities.
_WORDLESS = re.compile(r"<[^>]*>|\{\{.*?\}\}|&\w+;")
_SPEAKERS = frozenset({"ar.followup.notice", "ar.collection.case"})


class ArKnownLanguageMixin(models.AbstractModel):
    """Speaks to a customer in one language only, not in two at once."""

    _name = "ar.known.language.mixin"
    _description = "Texts in a Language That Is Known"

    def _say(self, name, /, **values):
        """Give a sentence of the table in the language of these records.

        :param values: what its placeholders stand for
        """
        sentence = SENTENCES[name]._translate(self.env.lang or ENGLISH)
        return sentence % values if values else sentence

    def _in_known_language(self, texts=()):
        """Give the records in their language, or in English where we do not know it.

        :param texts: (record, field name) of all else that the message is made of
        """
        lang = self._get_known_language(self.env.lang, texts)
        return self.with_context(lang=lang)

    @api.model
    def _get_known_language(self, lang, texts=()):
        """Give the language for a message to a reader of `lang`.

        That one, where all its parts are known in it. A text that people wrote in
        another language only is sent in that one, with our sentences in it too.
        """
        written = [self._get_text_language(text, lang or ENGLISH) for text in texts]
        wanted = {lang for lang in written if lang} or {lang or ENGLISH}
        if len(wanted) == 1 and self._is_language_known(*wanted):
            return wanted.pop()
        return ENGLISH

    @api.model
    def _is_language_known(self, lang):
        """Tell whether all sentences of the table are there in a language."""
        if lang.startswith("en"):
            return True
        known = code_translations.get_python_translations("ar_collections", lang)
        return all(sentence._source in known for sentence in SENTENCES.values())

    @api.model
    def _get_text_language(self, text, lang):
        """Give the language in which readers of `lang` get a text, ``None`` for no words.

        A new text is stored as English, whatever language its writer uses, and once
        more under that language: the two are the same then.

        :param text: (record, name of its translated field)
        """
        record, name = text
        stored = record._fields[name]._get_stored_translations(record.sudo()) or {}
        source = stored.get(ENGLISH)
        if not source or not re.search(r"[^\W\d_]", _WORDLESS.sub("", source)):
            return None
        is_ours = bool(record.sudo().get_external_id()[record.id])
        same = {code for code, value in stored.items() if value == source} - {ENGLISH}
        if lang in stored and lang != ENGLISH and not (is_ours and lang in same):
            return lang
        if same and not is_ours:
            return min(same)
        return lang if lang.startswith("en") else ENGLISH


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    def _render_lang(self, res_ids, engine="inline_template"):
        """Override of `mail`: what we say to customers is all in one language."""
        langs = super()._render_lang(res_ids, engine=engine)
        if self.render_model not in _SPEAKERS:
            return langs
        speaker, texts = self.env[self.render_model], self._ar_get_texts()
        known = {
            lang: speaker._get_known_language(lang, texts) for lang in set(langs.values())
        }
        return {res_id: known[lang] for res_id, lang in langs.items()}

    def _ar_get_texts(self):
        """Give the texts that this template adds to a message."""
        source = self.template_id if "template_id" in self._fields else self
        names = {
            "mail.template": ("subject", "body_html"),
            "sms.template": ("body",),
        }.get(source._name, ())
        return [(source, name) for name in names] if source else []
