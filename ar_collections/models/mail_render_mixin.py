"""Texts of notices and statements are rendered for those who may read them.

Core leaves that to the fields. The blocks of our texts are computed as superuser, and so
is what core's windows propose; whoever is logged in may open these on any record.
"""

from odoo import api, models


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        """Override of `mail` to ask for the right to read the records of Collections.

        :raise AccessError: for records that are closed to the user
        """
        if not self.env.su:
            self._ar_check_reader(model, res_ids)
        return super()._render_template(template_src, model, res_ids, *args, **kwargs)

    @api.model
    def _ar_check_reader(self, model, res_ids):
        """Raise AccessError for records of Collections that the user may not read, even
        where the code works as superuser on the user's behalf."""
        if model and model.startswith("ar."):
            ids = [res_id for res_id in res_ids or () if res_id]
            self.env[model].sudo(False).browse(ids).check_access("read")


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    def _compute_body(self):
        """Override of `sms`: the text is proposed to those who may read the record."""
        for composer in self:
            self.env["mail.render.mixin"]._ar_check_reader(
                composer.res_model, [composer.res_id]
            )
        return super()._compute_body()
