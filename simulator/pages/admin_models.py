"""What the admin API takes: the bodies, and the types of their parts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulator.limits import TOKEN_CALLS_A_DAY


def _a_number(value: object) -> object:
    """JSON has numbers of its own: text and booleans are none."""
    if isinstance(value, str | bool):
        raise ValueError("must be a number")
    return value


def _a_text(value: object) -> object:
    """A time is written out: a bare number would be read as seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("must be a text")
    return value


Time = Annotated[dt.datetime | None, BeforeValidator(_a_text)]
Code = Annotated[int, Path(ge=0, le=2**31 - 1)]
Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, BeforeValidator(_a_number)]
Text = Annotated[str, Field(max_length=200)]
Year = Annotated[int, Field(ge=1900, le=9998), BeforeValidator(_a_number)]
Period = Annotated[int, Field(ge=1, le=53), BeforeValidator(_a_number)]
Count = Annotated[int, Field(ge=0, le=10**9), BeforeValidator(_a_number)]
Positive = Annotated[int, Field(ge=1, le=10**9), BeforeValidator(_a_number)]
Step = Annotated[float, Field(ge=-36_500, le=36_500, allow_inf_nan=False), BeforeValidator(_a_number)]
Chance = Annotated[float, Field(ge=0, le=1), BeforeValidator(_a_number)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClockMove(_Model):
    """Every part is optional; they are carried out in this order.

    Run, freeze, at, and the steps.
    """

    frozen: Flag | None = None
    at: Time = Field(None, description="Jump to this time; it must have a time zone.")
    days: Step = 0
    hours: Step = 0
    minutes: Step = 0
    seconds: Step = 0


class LimitsChange(_Model):
    """null switches a limit off."""

    calls_per_minute: Count | None
    calls_per_day: Count | None
    errors_per_hour: Count | None = 10
    token_calls_per_day: Count | None = TOKEN_CALLS_A_DAY


class FaultPlan(_Model):
    """A fault to plan: its address, and its settings."""

    kind: Text
    endpoint: Text = "*"
    method: Literal["GET", "POST", "PUT", "DELETE"] | None = None
    nth: Positive = 1
    times: Positive | None = 1
    division: Whole | None = None
    practice: Text | None = None
    containing: Text | None = None
    probability: Chance = 1.0
    settings: dict[str, Any] = {}


class PeriodChange(_Model):
    """A period to close, or to open again."""

    year: Year
    period: Period
    journal: Text = "*"
    closed: Flag = True


class UserChange(_Model):
    """A user, new or changed."""

    user_name: Text
    full_name: Text
    divisions: list[Whole] = Field(default=[], max_length=1000)
    language: Literal["NL", "EN"] = "NL"
    view_only: Flag = False
    denied_with: Literal["BlockedUser", "InactiveUser", "LicenseExpired"] | None = None
