"""How the ledger workbook looks: its headings and the formats of its cells."""

from __future__ import annotations

from openpyxl.styles import Alignment, Font, PatternFill

HEADING = Font(bold=True)
HEADING_FILL = PatternFill("solid", fgColor="E8ECEA")
REQUIRED_FILL = PatternFill("solid", fgColor="F6E3C5")
HEADING_ALIGNMENT = Alignment(wrap_text=True, vertical="center")
HINT = Font(italic=True, color="5A645E")
HINT_ALIGNMENT = Alignment(wrap_text=True, vertical="top")

DAY_FORMAT = "yyyy-mm-dd"
PERCENT_FORMAT = "0.####%"
MONEY_FORMAT = "#,##0.####"
TEXT_FORMAT = "@"
