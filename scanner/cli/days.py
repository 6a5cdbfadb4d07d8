"""Days, months and business years on the command line, as people write them: 2026-11-30, 令和8年11月30日, R8.11, 令和8年度."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import click

from scanner.messages import t
from scanner.policy.registers.days import day_of


class Day(click.ParamType[date]):
    """A calendar day."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; fails with what is right."""
        try:
            return day_of(value)
        except ValueError:
            self.fail(t("days.no_day", value=str(value)), param, ctx)


class Month(click.ParamType[date]):
    """A month: its first day."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The first day of the month; fails with what is right."""
        if isinstance(value, date):
            return value
        text = re.sub(r"(月分?|[./\-])$", "", unicodedata.normalize("NFKC", str(value)).strip())
        try:
            return day_of(f"{text}/1")
        except ValueError:
            self.fail(t("days.no_month", value=str(value)), param, ctx)


class Year(click.ParamType[int]):
    """A business year: the year in which it begins."""

    name = "year"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The year; fails with what is right."""
        text = re.sub(r"年?度?$", "", unicodedata.normalize("NFKC", str(value)).strip())
        try:
            return day_of(f"{text}/4/1").year
        except ValueError:
            self.fail(t("days.no_year", value=str(value)), param, ctx)


DAY, MONTH, YEAR = Day(), Month(), Year()
