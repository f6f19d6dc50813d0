"""What a person may fill in: forms, their fields, and the sentences by which they are checked, also in the browser."""

from geo.forms.checks import Checked, check
from geo.forms.field import Choice, Field, Form, Kind, Rule, Words
from geo.forms.forms import FORMS
from geo.forms.wire import rules_for_browser

__all__ = [
    "FORMS",
    "Checked",
    "Choice",
    "Field",
    "Form",
    "Kind",
    "Rule",
    "Words",
    "check",
    "rules_for_browser",
]
