"""The ready policies: three ladders that a company can switch on as they are.

They are given once and belong to the company from then on: nothing here is written
over what people have changed. The words of e-mails, letters and SMS are templates in
the data files; a letter without words of its own has those of its e-mail.
"""

from odoo import Command
from odoo.tools import html2plaintext
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# === CALL SCRIPTS === #

SCRIPT_FIRST = _lt(
    "<p>You call about <t t-out='object.documents_text'/>, "
    "<t t-out='object.amount_text'/>. Say who you are, and ask whether the moment "
    "suits.</p>"
    "<ol><li>Has everything arrived, and is it clear?</li>"
    "<li>What is needed on your side before it can be paid?</li>"
    "<li>When may we expect the payment?</li></ol>"
    "<p>Listen first. Note the reason and the day that is named, say thank you.</p>"
)
SCRIPT_SECOND = _lt(
    "<p>You call about <t t-out='object.documents_text'/>, "
    "<t t-out='object.amount_text'/>. Say who you are, and ask whether the moment "
    "suits.</p>"
    "<ol><li>How do things stand with the payment?</li>"
    "<li>What stands in the way, and what can we do about it?</li>"
    "<li>Which day can we agree on?</li></ol>"
    "<p>Listen first. Repeat what was agreed, with its day, and note it.</p>"
)
SCRIPT_LAST = _lt(
    "<p>You call about <t t-out='object.documents_text'/>, "
    "<t t-out='object.amount_text'/>. Say who you are, and ask whether the moment "
    "suits.</p>"
    "<ol><li>What would you need to settle this?</li>"
    "<li>Would a later day or instalments help?</li>"
    "<li>Who else should we talk to?</li></ol>"
    "<p>Stay calm and kind. Offer what you may offer, and note what was agreed.</p>"
)

# === LETTERS === #

TITLE_COURTESY = _lt("{{ object.subject_text }}")
TITLE_REMINDER = _lt("Reminder of {{ object.documents_text }}")
TITLE_LAST = _lt("Last reminder of {{ object.documents_text }}")
TITLE_FORMAL = _lt("Formal notice about {{ object.documents_text }}")

# === LEVELS === #

_COURTESY = {
    # Paper would arrive too late to be a courtesy.
    "fallback_channel": False,
    "sms": "courtesy",
    "letter_title": TITLE_COURTESY,
    "call_script": SCRIPT_FIRST,
}
_FIRST = {
    "sms": "reminder",
    "letter_title": TITLE_REMINDER,
    "call_script": SCRIPT_FIRST,
}
_SECOND = {
    "sms": "reminder",
    "letter_title": TITLE_REMINDER,
    "call_script": SCRIPT_SECOND,
}
_LAST = {"sms": "last", "letter_title": TITLE_LAST, "call_script": SCRIPT_LAST}
_FORMAL = {
    "sms": "last",
    "letter_title": TITLE_FORMAL,
    "call_script": SCRIPT_LAST,
    "channel": "letter",
    "fallback_channel": "email",
    "is_formal": True,
    "amount_from": 50.0,
    "attach_invoices": "overdue",
}

POLICIES = {
    "business": {
        "name": _lt("Business"),
        "min_interval_days": 7,
        "customer_interval_days": 7,
        "levels": {
            "courtesy": {
                **_COURTESY,
                "name": _lt("Is the invoice in order?"),
                "days": -5,
                "amount_from": 250.0,
            },
            "first": {
                **_FIRST,
                "name": _lt("Perhaps overlooked"),
                "days": 1,
                "deadline_days": 7,
                "is_call_added": True,
                "call_amount_from": 5000.0,
            },
            "second": {
                **_SECOND,
                "name": _lt("Payment or the reason"),
                "days": 11,
                "deadline_days": 7,
                "is_call_added": True,
                "call_amount_from": 1000.0,
            },
            "last": {
                **_LAST,
                "name": _lt("Last reminder"),
                "days": 20,
                "deadline_days": 7,
                "channel": "letter",
                "fallback_channel": "email",
                "attach_invoices": "overdue",
                "is_stopping_credit": True,
            },
            "formal": {
                **_FORMAL,
                "name": _lt("Formal notice"),
                "days": 28,
                "deadline_days": 10,
            },
        },
    },
    "consumer": {
        "name": _lt("Consumer"),
        "min_interval_days": 14,
        "customer_interval_days": 14,
        "levels": {
            "courtesy": {**_COURTESY, "name": _lt("Soon due"), "days": -3},
            "first": {
                **_FIRST,
                "name": _lt("Friendly reminder"),
                "days": 3,
                "deadline_days": 14,
            },
            "second": {
                **_SECOND,
                "name": _lt("Instalments offered"),
                "days": 20,
                "deadline_days": 14,
            },
            "last": {
                **_LAST,
                "name": _lt("Help offered"),
                "days": 36,
                "deadline_days": 14,
            },
            "formal": {
                **_FORMAL,
                "name": _lt("Formal notice"),
                "days": 51,
                "deadline_days": 17,
            },
        },
    },
    "public": {
        "name": _lt("Public body"),
        "min_interval_days": 14,
        "customer_interval_days": 14,
        "levels": {
            "courtesy": {
                **_COURTESY,
                "name": _lt("Are the references complete?"),
                "days": -10,
            },
            "first": {
                **_FIRST,
                "name": _lt("On its way through approval?"),
                "days": 5,
                "deadline_days": 14,
            },
            "second": {
                **_SECOND,
                "name": _lt("Where is it in approval?"),
                "days": 23,
                "deadline_days": 14,
                "is_call_added": True,
                "call_amount_from": 1000.0,
            },
            "last": {
                **_LAST,
                "name": _lt("Last reminder"),
                "days": 40,
                "deadline_days": 14,
                "channel": "letter",
                "fallback_channel": "email",
                "attach_invoices": "overdue",
            },
            "formal": {
                **_FORMAL,
                "name": _lt("Formal notice"),
                "days": 56,
                "deadline_days": 30,
            },
        },
    },
}

# Texts that are written in every language of the database.
_TRANSLATED = ("name", "letter_title", "call_script")


def create_ready_policies(env, companies):
    """Give each of `companies` the ready policies once, switched off."""
    for company in companies.filtered(lambda company: not company.ar_has_ready_policies):
        env["ar.followup.policy"].with_context(lang="en_US").create(
            [
                _get_policy_values(env, company, kind, sequence)
                for sequence, kind in enumerate(POLICIES, start=1)
            ]
        )
        company.ar_has_ready_policies = True
    translate_ready_policies(env, [code for code, _name in env["res.lang"].get_installed()])


def _get_policy_values(env, company, kind, sequence):
    policy = POLICIES[kind]
    return {
        "name": policy["name"]._translate("en_US"),
        "sequence": 10 * sequence,
        "company_id": company.id,
        "currency_id": company.currency_id.id,
        "calendar_id": company.resource_calendar_id.id,
        "is_approval_needed": True,
        "minimum_amount": 10.0,
        "min_reminders": 3,
        "min_interval_days": policy["min_interval_days"],
        "customer_interval_days": policy["customer_interval_days"],
        **{f"for_{name}": name == kind for name in POLICIES},
        "level_ids": [
            Command.create(_get_level_values(env, kind, key, level))
            for key, level in policy["levels"].items()
        ],
    }


def _get_level_values(env, kind, key, level):
    values = {"channel": "email", "fallback_channel": "letter", **level}
    sms = values.pop("sms")
    for name in _TRANSLATED:
        values[name] = values[name]._translate("en_US")
    return {
        **values,
        "mail_template_id": env.ref(f"ar_collections.mail_template_{kind}_{key}").id,
        "sms_template_id": env.ref(f"ar_collections.sms_template_{sms}").id,
    }


# === TRANSLATIONS === #


def translate_ready_policies(env, langs):
    """Write the texts in `langs` wherever the English source is still ours.

    What people have written themselves, in whatever language, stays.
    """
    for lang in langs:
        if lang != "en_US":
            _translate_texts(env["ar.followup.policy"], ("name",), lang)
            _translate_texts(env["ar.followup.level"], _TRANSLATED, lang)


def _translate_texts(model, names, lang):
    records = model.with_context(active_test=False, lang="en_US").search([])
    for name in names:
        field, texts = model._fields[name], _get_texts(name, lang)
        for record in records:
            source, translated = texts.get(_plain(record[name]), (None, None))
            is_ours = source and source != translated
            if is_ours and record.with_context(lang=lang)[name] == record[name]:
                record.update_field_translations(
                    name, {lang: _get_translation(field, record[name], translated)}
                )


def _get_texts(name, lang):
    """Give {text without markup: (English source, translation)} of a field."""
    policies = POLICIES.values()
    levels = [level for policy in policies for level in policy["levels"].values()]
    texts = [values[name] for values in (*policies, *levels) if name in values]
    return {
        _plain(text._translate("en_US")): (
            text._translate("en_US"),
            text._translate(lang),
        )
        for text in texts
    }


def _plain(value):
    """Compare markup by its words: storing it may have changed how it is written."""
    return " ".join(html2plaintext(value or "").split())


def _get_translation(field, source, translated):
    """Give a translation as the field wants it: as a whole, or term by term."""
    if not callable(field.translate):
        return translated
    pairs = zip(
        field.get_trans_terms(source), field.get_trans_terms(translated), strict=False
    )
    return dict(pairs)
