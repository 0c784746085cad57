from odoo import models

from ..data.ready_policies import translate_ready_policies


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def _load_module_terms(self, modules, langs, overwrite=False):
        """Override of `base`: the ready policies speak a language that is added later."""
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if "ar_collections" in modules:
            translate_ready_policies(self.env, langs)
        return result
