"""Zones in space and time: from the facts of a pair, purely, to findings and severity; from a zone's, to watches."""

from __future__ import annotations

from geo.overlap.facts import (
    Alternative,
    Code,
    Contact,
    Finding,
    HandOver,
    PairFacts,
    Severity,
    Trench,
    Verdict,
    Watch,
    WatchCode,
    ZoneFacts,
)
from geo.overlap.impact import Impact, RoadUse, judge_impact
from geo.overlap.judge import belong_together, judge_pair, may_pair, same_travellers
from geo.overlap.times import Days, Window, shared_days
from geo.overlap.watches import Ground, Pavement, find_uncovered, find_watches
from geo.overlap.words import (
    code_name,
    explain_finding,
    explain_watch,
    severity_name,
)
from geo.saying import Language

__all__ = [
    "Alternative",
    "Code",
    "Contact",
    "Days",
    "Finding",
    "Ground",
    "HandOver",
    "Impact",
    "Language",
    "PairFacts",
    "Pavement",
    "RoadUse",
    "Severity",
    "Trench",
    "Verdict",
    "Watch",
    "WatchCode",
    "Window",
    "ZoneFacts",
    "belong_together",
    "code_name",
    "explain_finding",
    "explain_watch",
    "find_uncovered",
    "find_watches",
    "judge_impact",
    "judge_pair",
    "may_pair",
    "same_travellers",
    "severity_name",
    "shared_days",
]
