"""The table of every route and kind of asker: who is let in, who is led to sign in, for whom it is not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

POLICE = "市公安局交通警察支队"
GAS = "安河燃气有限公司"

ASKERS: dict[str, str | None] = {
    "anonymous": None,
    "nobody": "nobody",
    "reader": f"reader:{POLICE}",
    "own editor": f"editor:{POLICE}",
    "unit admin": f"unit_admin:{POLICE}",
    "other editor": f"editor:{GAS}",
    "leader": "leader",
    "command": "command",
    "admin": "admin",
}
"""Who asks: nobody, an account without a place, people of the unit that the examples belong to, of another, staff."""

SIGN_IN = -1
"""Led to the sign-in page, or told 401 where machines ask."""
UNITS = ("reader", "own editor", "unit admin", "other editor")
WHOLE = ("leader", "command", "admin")


def everybody(status: int = 200, **others: int) -> dict[str, int]:
    """The same for whoever asks, but for some."""
    return dict.fromkeys(ASKERS, status) | _named(others)


def staff(status: int = 200, **others: int) -> dict[str, int]:
    """For all with a role or a place in a unit."""
    closed = {"anonymous": SIGN_IN, "nobody": 404}
    return closed | dict.fromkeys((*UNITS, *WHOLE), status) | _named(others)


def whole_city(status: int = 200, **others: int) -> dict[str, int]:
    """For those who see the whole city."""
    return staff(404) | dict.fromkeys(WHOLE, status) | _named(others)


def editing(status: int = 200) -> dict[str, int]:
    """For the command and for those who edit for a unit."""
    closed = dict.fromkeys(("reader", "leader", "admin"), 404)
    return staff(status) | closed


def command(status: int = 200) -> dict[str, int]:
    """For the command office alone."""
    return staff(404, command=status)


def one_side(status: int) -> dict[str, int]:
    """For those who edit for the unit of the examples, and for the command."""
    return staff(404, own_editor=status, unit_admin=status, command=status)


def admin(status: int = 200) -> dict[str, int]:
    """For the administrator alone."""
    return staff(404, admin=status)


def _named(others: Mapping[str, int]) -> dict[str, int]:
    return {name.replace("_", " "): status for name, status in others.items()}


@dataclass(frozen=True)
class Route:
    """An example of a route and what comes of it, by asker."""

    path: str
    expected: dict[str, int]
    form: dict[str, str] = field(default_factory=dict)


ROUTES: dict[str, Route] = {
    # the door
    "GET accounts.show_start": Route("/start", everybody(303, anonymous=SIGN_IN)),
    "GET accounts.show_sign_in": Route("/sign-in", everybody(303, anonymous=200, nobody=200)),
    "POST accounts.take_sign_in": Route(
        "/sign-in", everybody(422), {"name": "no such {asker}", "password": "x"}
    ),
    "POST accounts.enter_demo": Route("/sign-in/demo", everybody(404), {"as": "command"}),
    "POST accounts.take_sign_out": Route("/sign-out", everybody(303)),
    "GET single_sign_on.begin": Route("/sign-in/sso", everybody(404)),
    "GET single_sign_on.come_back": Route("/sign-in/sso/back", everybody(404)),
    "GET single_sign_on.leave": Route("/sign-in/sso/out", everybody(404)),
    "GET accounts.show_account": Route("/account", everybody(200, anonymous=SIGN_IN)),
    "POST accounts.take_password": Route(
        "/account/password",
        everybody(422, anonymous=SIGN_IN),
        {"old": "x", "new": "x", "again": "x"},
    ),
    "GET accounts.show_reset": Route("/account/reset/none", everybody(410)),
    "POST accounts.take_reset": Route(
        "/account/reset/none", everybody(410), {"new": "x", "again": "x"}
    ),
    # administration: a unit's administrator looks after his own people alone
    "GET admin.show_accounts": Route("/admin", staff(404, unit_admin=200, admin=200)),
    "POST admin.take_account": Route(
        "/admin/accounts", staff(404, unit_admin=422, admin=422), {"name": "x y"}
    ),
    "GET admin.show_account": Route("/admin/accounts/{gas_clerk}", admin()),
    "POST admin.take_link": Route("/admin/accounts/999999/link", staff(404)),
    "POST admin.take_name": Route(
        "/admin/accounts/{gas_clerk}/name", admin(422), {"display_name": " "}
    ),
    "POST admin.take_active": Route("/admin/accounts/999999/active", staff(404)),
    "POST admin.take_role": Route("/admin/accounts/999999/role", staff(404)),
    "POST admin.take_unlink": Route("/admin/accounts/999999/unlink", staff(404)),
    "POST admin.take_place": Route(
        "/admin/accounts/{gas_clerk}/places", staff(404), {"unit": "999999", "place": "editor"}
    ),
    "GET city_data.show_leaders": Route("/admin/leaders", admin()),
    "POST city_data.take_leader": Route("/admin/leaders", admin(422), {"name": " "}),
    "GET city_data.show_districts": Route("/admin/districts", staff(404, admin=200)),
    "POST city_data.take_district": Route("/admin/districts/999999", staff(404)),
    "POST city_data.take_district_place": Route("/admin/districts/999999/move", staff(404)),
    "GET district_map.show_shape": Route("/admin/districts/999999/shape", staff(404)),
    "POST district_map.look": Route("/admin/districts/999999/shape/look", staff(404)),
    "POST district_map.take_shape": Route("/admin/districts/999999/shape", admin(428)),
    "POST district_map.take_undo": Route(
        "/admin/districts/999999/shape/undo", staff(404), {"saved": "999999.2"}
    ),
    "POST district_map.take_import_undo": Route("/admin/districts/imports/999999/undo", staff(404)),
    "GET city_data.show_lists": Route("/admin/lists", staff(404, admin=200)),
    "GET city_data.show_list": Route("/admin/lists/cause", staff(404, admin=200)),
    "POST city_data.take_entry": Route("/admin/lists/cause", staff(404, admin=422), {"name": " "}),
    "POST city_data.take_place": Route("/admin/lists/cause/none/move", staff(404)),
    "POST city_data.take_retired": Route("/admin/lists/cause/none/retired", staff(404)),
    "GET city_times.show_times": Route("/admin/times", staff(404, admin=200)),
    "POST city_times.take_window": Route("/admin/times/windows", admin(412), {"name": "-"}),
    "POST city_times.take_pause": Route("/admin/times/pauses", admin(422), {"name": " "}),
    "POST city_times.take_calendar": Route(
        "/admin/times/calendar", admin(422), {"first_on": "no day"}
    ),
    "POST city_times.take_undo": Route("/admin/times/undo", staff(404), {"id": "999999"}),
    "GET city_data.show_imports": Route("/admin/imports", staff(404, admin=200)),
    "GET admin.show_log": Route("/admin/log", admin()),
    # a unit's crews and windows: its own administrator, here of no unit that there is
    "GET unit_desk.show_unit": Route("/admin/units/999999", staff(404)),
    "POST unit_desk.take_crews": Route("/admin/units/999999/crews", staff(404), {"version": "1"}),
    "POST unit_desk.take_window": Route(
        "/admin/units/999999/windows", staff(404), {"name": "x", "version": "0"}
    ),
    "POST unit_desk.take_removal": Route(
        "/admin/units/999999/windows/1/remove", staff(404), {"version": "1"}
    ),
    "POST unit_desk.take_undo": Route(
        "/admin/units/999999/undo", staff(404), {"kind": "unit", "version": "2"}
    ),
    "GET zones.show_windows": Route("/zones/windows", staff()),
    "GET admin.show_units": Route("/admin/units", admin()),
    "POST admin.take_unit": Route("/admin/units", admin(422), {"name": " "}),
    "GET admin.show_rules": Route("/admin/rules", admin()),
    "POST admin.take_rules": Route("/admin/rules", admin(422), {"set": "none"}),
    # the whole city's
    "GET command.show_map": Route("/command", whole_city()),
    "GET command.show_projects": Route("/command/projects", whole_city()),
    "GET command.show_project": Route("/command/projects/CJ-002", whole_city()),
    "GET command.show_sheet": Route("/command/projects/CJ-002/sheet", whole_city()),
    "GET command.show_road": Route("/command/roads/{road}", whole_city()),
    "GET command.show_road_sheet": Route("/command/roads/{road}/sheet", whole_city()),
    "GET files.show_ledger": Route("/command/files/ledger.xlsx", whole_city()),
    "GET files.show_template": Route("/command/files/template.xlsx", whole_city()),
    "GET files.show_poster": Route(
        "/command/files/sheet.pdf?box=115.0,36.0,115.1,36.1", whole_city()
    ),
    "GET files.show_base_map": Route("/command/files/base-maps/none.pmtiles", whole_city(404)),
    "GET sources.show_sources": Route("/sources", whole_city()),
    # the desk: a pair of the police's with another unit's, which is not there for a third
    "GET cases.show_desk": Route("/coordination", staff()),
    "GET coordination.show_pairs": Route("/coordination/pairs", staff()),
    "GET cases.show_case": Route("/coordination/cases/{case}", staff(other_editor=404)),
    "GET cases.show_sheet": Route("/coordination/cases/{case}/sheet", staff(other_editor=404)),
    "GET cases.get_message_file": Route("/coordination/cases/{case}/files/9", staff(404)),
    "GET cases.get_minutes": Route("/coordination/cases/{case}/minutes/9.docx", staff(404)),
    "POST cases.take_answer": Route(
        "/coordination/cases/{case}/answers", one_side(422), {"unit": "{police}", "answer": "none"}
    ),
    "POST cases.take_message": Route(
        "/coordination/cases/{case}/messages", one_side(422), {"unit": "{police}", "body": " "}
    ),
    "POST cases.take_proposal": Route(
        "/coordination/cases/{case}/proposals",
        one_side(422),
        {"unit": "{police}", "zone": "{side}"},
    ),
    "POST cases.decide_proposal": Route(
        "/coordination/cases/{case}/proposals/9", one_side(422), {"unit": "{police}"}
    ),
    "POST cases.take_minutes": Route("/coordination/cases/{case}/minutes", command(422), {}),
    "GET coordination.show_pair": Route("/coordination/{pair}", staff(other_editor=404)),
    "GET coordination.show_sheet": Route("/coordination/{pair}/sheet", staff(other_editor=404)),
    "POST coordination.take_answer": Route(
        "/coordination/{pair}/answers", one_side(422), {"side": "{side}", "answer": "none"}
    ),
    "GET diversions.show_board": Route("/coordination/diversions", staff()),
    "GET diversions.get_agenda_file": Route("/coordination/diversions/agenda.docx", staff()),
    "GET roads.list_roads": Route("/roads", staff()),
    "GET roads.show_road": Route("/roads/{road}", staff()),
    "GET roads.get_book": Route("/roads/{road}/book.xlsx", staff()),
    "GET roads.get_calendar": Route("/roads/{road}/calendar.ics", staff()),
    "GET inbox.show_inbox": Route("/inbox", staff()),
    "GET inbox.get_picture": Route("/inbox/1.png", staff(404)),
    "POST inbox.take_read": Route("/inbox/read", staff(303)),
    "POST inbox.take_place": Route("/inbox/places", staff(422), {"name": ""}),
    "POST inbox.take_stop": Route("/inbox/places/1/stop", staff(404)),
    "GET feed.get_feed": Route("/feed/none.atom", everybody(404)),
    # what the maps read; what is in it is the asker's own
    "GET map.show_layer": Route("/api/map/layers/relocations", staff()),
    "GET map.show_lamps": Route("/api/map/lamps", staff()),
    "GET map.show_projects": Route("/api/map/projects", staff()),
    "GET map.show_project": Route("/api/map/projects/{housing}", whole_city()),
    "GET map.show_trend": Route("/api/map/trend?first=2026-11-01&last=2026-11-02", staff()),
    "GET map.show_revision": Route("/api/map/revision", staff()),
    "GET map.show_packed_layer": Route("/api/map/packed/layers/sites", staff()),
    "GET map.show_packed_lamps": Route("/api/map/packed/lamps", staff()),
    # what is typed and taken in for the whole city; nothing of it is there in the demo
    "GET collection.show_rounds": Route("/collection", staff(leader=404, admin=404)),
    "POST collection.take_alike": Route("/collection/rounds/9/alike", command(404)),
    "POST collection.take_own": Route("/collection/sheets/9/hand-in", command(404)),
    "POST collection.take_round": Route("/collection/rounds", command(422)),
    "GET collection.show_round": Route("/collection/rounds/9", command(404)),
    "GET collection.show_part": Route("/collection/rounds/9/judged", command(404)),
    "GET collection.download_sheets": Route("/collection/rounds/9/sheets.zip", command(404)),
    "POST collection.take_files": Route("/collection/rounds/9/files", command(404)),
    "POST collection.take_all": Route("/collection/rounds/9/merge", command(404)),
    "POST collection.undo_all": Route("/collection/rounds/9/undo", command(404)),
    "GET collection.show_sheet": Route("/collection/sheets/9", command(404)),
    "GET collection.download_sheet": Route("/collection/sheets/9/blank.xlsx", command(404)),
    "GET collection.download_returned": Route("/collection/sheets/9/returned.xlsx", command(404)),
    "POST collection.take_one": Route("/collection/sheets/9/merge", command(404)),
    "POST collection.send_back": Route("/collection/sheets/9/return", command(404)),
    "POST collection.undo_one": Route("/collection/sheets/9/undo", command(404)),
    "POST collection.take_forgetting": Route("/collection/sheets/9/forget", command(404)),
    "GET collection.download_source": Route("/collection/files/9/source", command(404)),
    "POST collection.take_answer": Route("/collection/files/9/answers", command(404)),
    "POST collection.take_place": Route("/collection/files/9/place", command(404)),
    "GET intake.show_intake": Route("/intake", command()),
    # an administrator brings in districts alone
    "POST intake.take_file": Route("/intake/files", staff(404, command=422, admin=303)),
    "GET intake.show_file": Route("/intake/files/9", staff(404)),
    "POST intake.import_file": Route("/intake/files/9/import", staff(404)),
    "POST intake.take_mapping": Route("/intake/files/9/mapping", staff(404)),
    "POST intake.try_file": Route("/intake/files/9/try", staff(404)),
    "GET intake.download_mapping": Route("/intake/mappings/none.toml", command(404)),
    "GET intake.show_places": Route("/intake/places", command()),
    "POST intake.take_place": Route("/intake/places/99999999", command(404)),
    "GET intake.show_run": Route("/intake/runs/99999999", whole_city(404)),
    "GET announcements.show_announcements": Route("/releases/announcements", whole_city()),
    "POST announcements.take_setting": Route("/releases/announcements/setting", command(428)),
    "POST announcements.take_outage": Route("/releases/announcements/outages", command(422)),
    "POST announcements.take_undo": Route(
        "/releases/announcements/undo", staff(404), {"kind": "none", "version": "1"}
    ),
    "GET intake.show_opening": Route("/intake/opening", command()),
    "POST intake.take_closing": Route("/intake/opening", command(422)),
    "GET releases.show_releases": Route("/releases", whole_city()),
    "GET releases.show_sheet": Route("/releases/none", whole_city(404)),
    "POST releases.take_public": Route("/releases/none/public", command(404)),
    "POST releases.take_words": Route("/releases/none/words", command(404), {"version": "0"}),
    "POST releases.take_extension": Route(
        "/releases/none/extensions/1", command(404), {"version": "0"}
    ),
    "POST releases.take_photo": Route("/releases/none/photos/1", command(404)),
    "POST intake.undo_run": Route("/intake/runs/99999999/undo", command(404)),
    "GET dig_plan.show_plan": Route("/dig-plan", staff()),
    "GET dig_plan.download": Route("/dig-plan/plan.xlsx", staff()),
    "POST dig_plan.make_proposal": Route("/dig-plan/proposals", command(303)),
    "POST dig_plan.take_decision": Route("/dig-plan/proposals/0/0", staff(404)),
    "POST dig_plan.take_window": Route(
        "/dig-plan/windows/0", staff(404), {"first_on": "", "last_on": ""}
    ),
    "POST dig_plan.take_declaration": Route(
        "/dig-plan/declarations", staff(404), {"own": "99999999"}
    ),
    "POST dig_plan.take_state": Route("/dig-plan/state", command(422)),
    "GET quality.show_quality": Route("/quality", whole_city()),
    "GET quality.download_quality": Route("/quality/doubtful.xlsx", whole_city()),
    "GET map.show_packed_projects": Route("/api/map/packed/projects", staff()),
    # the ledger: a unit's own projects, here one of a third unit's; who only reads is offered no form
    "GET ledger.show_list": Route("/ledger", staff()),
    "GET ledger.show_project": Route("/ledger/{housing}", whole_city()),
    "GET ledger.show_project_form": Route("/ledger/{housing}/facts", command()),
    "POST ledger.take_project_form": Route("/ledger/{housing}/facts", command(428)),
    "GET ledger.show_record_form": Route("/ledger/{housing}/blocker/0", staff(404)),
    "POST ledger.take_record_form": Route("/ledger/{housing}/blocker/0", staff(404)),
    "POST ledger.take_withdrawal": Route("/ledger/{housing}/blocker/0/withdraw", staff(404)),
    "POST ledger.take_return": Route("/ledger/{housing}/blocker/0/bring-back", command(428)),
    "GET ledger.show_new_form": Route("/ledger/{housing}/blocker/new", command()),
    "POST ledger.take_new_form": Route("/ledger/{housing}/blocker/new", command(422)),
    "GET rulings.show_desk": Route("/ledger/rulings", staff()),
    "GET rulings.show_objection_form": Route("/ledger/{housing}/objection/new", command()),
    "POST rulings.take_objection": Route("/ledger/{housing}/objection/new", command(422)),
    "GET rulings.show_ruling_form": Route("/ledger/{housing}/ruling/new", command()),
    "POST rulings.take_ruling": Route("/ledger/{housing}/ruling/new", command(422)),
    "POST rulings.take_end": Route("/ledger/{housing}/ruling/0/end", staff(404)),
    "GET new_project.show_form": Route("/ledger/projects/new", command()),
    "POST new_project.take_form": Route("/ledger/projects/new", command(422), {"code": ""}),
    "POST new_project.take_undo": Route("/ledger/projects/undo", staff(404), {"sent": "none"}),
    "POST ledger.take_plan_undo": Route(
        "/ledger/{housing}/plan/undo", staff(404), {"sent": "nothing"}
    ),
    "GET plan_months.show_months": Route("/ledger/{housing}/months/2026", command()),
    "POST plan_months.take_months": Route("/ledger/{housing}/months/2026", command(428)),
    "GET reports.show_report_form": Route("/ledger/{housing}/progress", command()),
    "POST reports.take_report": Route(
        "/ledger/{housing}/progress", command(422), {"percent": "much"}
    ),
    "GET reports.show_file": Route("/ledger/files/0", staff(404)),
    "GET reports.show_thumbnail": Route("/ledger/files/0/thumbnail", staff(404)),
    "GET history.show_changes": Route("/history", staff()),
    "GET history.show_project": Route("/history/of/{housing}", whole_city()),
    "GET history.send_project_file": Route("/history/of/{housing}/file.zip", whole_city()),
    "GET history.show_record": Route("/history/project/0", staff(404)),
    "POST history.restore": Route("/history/project/0/restore", staff(404)),
    "POST history.undo": Route("/history/project/0/undo", staff(404)),
    # zones: drawn by those who edit something, seen by all
    "GET zones.show_new": Route("/zones/new", editing()),
    "GET zones.show_edit": Route("/zones/{zone}/edit", editing()),
    "GET zones.show_emergency": Route("/zones/emergency", editing()),
    "GET zones.show_zone": Route("/zones/{zone}", staff()),
    "POST zones.take_withdrawal": Route("/zones/{zone}/withdraw", editing(422), {"tag": "none"}),
    "POST zones.take_finish": Route(
        "/zones/{zone}/finish", editing(422), {"tag": "none", "finished_on": "2026-11-20"}
    ),
    "GET zones_api.show_zone": Route("/api/zones/{zone}", staff()),
    "GET zones_api.show_places": Route("/api/zones/places?q=none", staff()),
    "GET zones_api.show_linkable": Route("/api/zones/linkable?q=none", staff()),
    # documents that are none
    "POST zones_api.show_forecast": Route("/api/zones/what-if", staff(400)),
    "POST zones_api.show_periods": Route("/api/zones/periods", staff(400)),
    "POST zones_api.show_detour": Route("/api/zones/detours", staff(400)),
    "POST zones_api.show_pieces": Route("/api/zones/pieces", staff(400)),
    "POST zones_api.add_zone": Route("/api/zones", staff(400)),
    "PUT zones_api.put_zone": Route("/api/zones/{zone}", staff(400)),
    "POST zones_api.add_emergency": Route("/api/zones/emergencies", staff(400)),
    # everybody's
    "GET public.show_map": Route("/", everybody()),
    "GET public.show_list": Route("/list", everybody()),
    "GET public.show_embedded": Route("/embed", everybody()),
    "GET public_sites.show_site": Route("/sites/none", everybody(404)),
    "GET public_sites.show_sheet": Route("/sites/none/sheet", everybody(404)),
    "GET public_sites.show_board": Route("/sites/none/board", everybody(404)),
    "GET public_sites.show_qr": Route("/sites/none/qr.svg", everybody(404)),
    "GET public_sites.show_closure": Route("/closures/none", everybody(404)),
    "GET public_sites.show_closure_sheet": Route("/closures/none/sheet", everybody(404)),
    "GET public_data.show_overview": Route("/public/overview", everybody()),
    "GET public_data.show_layer": Route("/public/layers/sites", everybody()),
    "GET public_data.show_photo": Route(f"/public/photos/{'0' * 64}", everybody(404)),
    "GET public_data.show_projects": Route("/public/projects", everybody()),
    "GET public_data.show_project": Route("/public/projects/none", everybody(404)),
    "GET feeds.show_city_feed": Route("/feeds/city.atom", everybody()),
    "GET feeds.show_district_feed": Route("/feeds/districts/none.atom", everybody(404)),
    "GET feeds.show_calendar": Route("/closures/none/calendar.ics", everybody(404)),
    "GET feeds.show_wzdx": Route("/feeds/wzdx.geojson", everybody()),
    "GET openapi.spec": Route("/api/openapi.json", everybody()),
    "GET static": Route("/static/manifest.json", everybody()),
}
"""A route that is not here fails test_matrix.py: decide for whom it is, here and in app/doors.py."""
