"""The words of letters and call scripts, rendered like those of e-mails."""

from markupsafe import Markup

from odoo import api, models
from odoo.tools import is_html_empty


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _render_letter_texts(self):
        """Render title and text of letters, each in its recipient's language.

        :return: {notice id: {"title": text, "body": Markup}}
        """
        texts = {}
        for (level, lang), notices in (
            self.sudo()
            .grouped(lambda notice: (notice.level_id, notice._get_letter_language()))
            .items()
        ):
            titles = level._render_field("letter_title", notices.ids, set_lang=lang)
            bodies = notices._render_letter_bodies(level, lang)
            for notice in notices.with_context(lang=lang):
                texts[notice.id] = {
                    "title": titles[notice.id] or notice.subject_text,
                    "body": bodies[notice.id],
                }
        return texts

    def _render_letter_bodies(self, level, lang):
        """Render the level's letter text; where it has none, that of its e-mail."""
        record, name = self._get_letter_text(level)
        if record:
            source = record.with_context(ar_words_only=True)
            return source._render_field(name, self.ids, set_lang=lang)
        words = self.with_context(lang=lang)
        return {notice.id: notice._get_plain_body() for notice in words}

    @api.model
    def _get_letter_text(self, level):
        """Give record and field of the words of a level's letters."""
        if not is_html_empty(level.letter_text):
            return level, "letter_text"
        return level.mail_template_id, "body_html"

    def _get_letter_language(self):
        """Give the one language of a letter: of its title, its words and its tables."""
        self.ensure_one()
        level = self.level_id
        texts = [(level, "letter_title"), self._get_letter_text(level)]
        return self._get_known_language(
            self.recipient_id.lang or self.env.lang,
            [(record, name) for record, name in texts if record],
        )

    def _get_plain_body(self):
        """Give the words of a notice whose level has no text."""
        request = self._say(
            "request", amount=self.amount_text, deadline=self.deadline_text
        )
        paragraphs = (self.greeting_text, f"{self.opening_text} {request}")
        return Markup().join(Markup("<p>%s</p>") % text for text in paragraphs)

    def _render_call_scripts(self):
        """Render what to say on the phone, in the language of the reader.

        :return: {notice id: Markup}
        """
        scripts = {}
        for level, notices in self.sudo().grouped("level_id").items():
            source = level.with_context(ar_words_only=True)
            lang = self._get_known_language(self.env.lang, [(level, "call_script")])
            scripts |= source._render_field("call_script", notices.ids, set_lang=lang)
        return scripts

    def _in_language(self):
        """Give the notice as its recipient reads it."""
        self.ensure_one()
        return self.with_context(lang=self._get_letter_language())
