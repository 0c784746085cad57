"""The words of letters and call scripts, rendered like those of e-mails."""

from markupsafe import Markup

from odoo import models
from odoo.tools import is_html_empty


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _render_letter_texts(self):
        """Render title and text of letters, each in its recipient's language.

        :return: {notice id: {"title": text, "body": Markup}}
        """
        texts = {}
        for level, notices in self.sudo().grouped("level_id").items():
            ids = notices.ids
            titles = level._render_field("letter_title", ids, compute_lang=True)
            bodies = notices._render_letter_bodies(level)
            for notice in notices:
                texts[notice.id] = {
                    "title": titles[notice.id] or notice._in_language().subject_text,
                    "body": bodies[notice.id],
                }
        return texts

    def _render_letter_bodies(self, level):
        """Render the level's letter text; where it has none, that of its e-mail."""
        source = level.with_context(ar_words_only=True)
        template = source.mail_template_id
        if not is_html_empty(level.letter_text):
            return source._render_field("letter_text", self.ids, compute_lang=True)
        if template:
            return template._render_field("body_html", self.ids, compute_lang=True)
        return {notice.id: notice._in_language()._get_plain_body() for notice in self}

    def _get_plain_body(self):
        """Give the words of a notice whose level has no text."""
        request = self.env._(
            "Please pay %(amount)s %(deadline)s.",
            amount=self.amount_text,
            deadline=self.deadline_text,
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
            scripts |= source._render_field(
                "call_script", notices.ids, set_lang=self.env.lang
            )
        return scripts

    def _in_language(self):
        """Give the notice as its recipient reads it."""
        self.ensure_one()
        lang = self.recipient_id.lang or self.env.lang
        return self.with_context(lang=lang)._in_known_language()
