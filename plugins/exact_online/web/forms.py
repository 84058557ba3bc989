"""A filled form: read into a model, or a sentence beside each wrong field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from exact_online.web.language import translatable
from exact_online.web.view import View

Model = TypeVar("Model", bound=BaseModel)

_SENTENCES = {
    "missing": translatable("Fill this in."),
    "string_too_short": translatable("Fill this in."),
    "string_too_long": translatable("This is too long: %(max_length)s characters at most."),
    "string_pattern_mismatch": translatable("This does not have the right form."),
    "no_day": translatable("This is no day. Write it as day, month and year, such as 23-11-2026."),
    "int_parsing": translatable("This is no number."),
    "value_error": translatable("This is no e-mail address."),
    "enum": translatable("Choose one of the list."),
    "literal_error": translatable("Choose one of the list."),
}
_OTHERWISE = translatable("This can't be used.")


@dataclass
class Form(Generic[Model]):
    """What was filled in, what it means, and what is wrong with it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """Name of a field -> its text, as it is shown again."""
    model: Model | None = None
    problems: dict[str, str] = field(default_factory=dict)
    """Name of a field -> a sentence in the reader's language."""

    @property
    def is_right(self) -> bool:
        """True when every field can be used."""
        return self.model is not None and not self.problems

    def reject(self, name: str, sentence: str) -> None:
        """Add what only the page can know, such as a code that is taken."""
        self.problems.setdefault(name, sentence)


def read_form(view: View, kind: type[Model], values: Mapping[str, Any]) -> Form[Model]:
    """Return the form that these fields make; blanks around a text go, empty is missing."""
    texts = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    filled = {name: value for name, value in texts.items() if value != ""}
    form: Form[Model] = Form(values=texts)
    try:
        form.model = kind.model_validate(filled)
    except ValidationError as wrong:
        for error in wrong.errors(include_url=False):
            form.reject(str(error["loc"][0]), _sentence(view, error))
    return form


def _sentence(view: View, error: ErrorDetails) -> str:
    return view.text(_SENTENCES.get(error["type"], _OTHERWISE), **error.get("ctx", {}))
