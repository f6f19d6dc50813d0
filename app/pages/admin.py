"""Administration: accounts and their places in units, one-time links, units, the log of signing in, rules.

Administrators of the city look after everything, those of a unit after its own people; the database holds them to it.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from app.access import NotAllowedError
from app.fields import NO_VERSION
from app.formats import format_moment
from app.frame import read_frame
from app.languages import language, told
from app.params import LARGEST_ID, LARGEST_INTEGER, read_number, read_saved
from app.wiring import get_wiring, reading, viewer, writing
from app.words import WORDS
from geo.changes.accounts import (
    add_account,
    end_sessions,
    put_member,
    remove_member,
    rename_account,
    set_active,
    set_staff_role,
)
from geo.changes.passwords import make_link
from geo.changes.rules import (
    BOTTOM_LINE,
    SECTIONS,
    RuleChange,
    preview_rules,
    put_rules,
    read_bottom_lines,
    read_thresholds,
    rules_tag,
)
from geo.changes.rules_pairs import preview_pairs
from geo.changes.single_sign_on import unlink
from geo.changes.units import UnitWords, put_unit
from geo.errors import ChangeConflictError, ChangeRefusedError, VersionMissingError
from geo.model.accounts import MemberRole, StaffRole
from geo.queries.accounts import (
    get_account,
    list_accounts,
    list_attempts,
    list_identities,
    list_units,
)
from geo.queries.codes import list_codes

if TYPE_CHECKING:
    from datetime import date

    from werkzeug.wrappers import Response

    from geo.changes.rules import Preview, Threshold
    from geo.changes.rules_pairs import PairPreview
    from geo.errors import ChangeError

# APIFlask asks a blueprint that looks at requests first whether it is an interface for machines; this one is none.
blueprint = APIBlueprint("admin", __name__, url_prefix="/admin", enable_openapi=False)

KEY = f"<int(max={LARGEST_ID}):key>"
Page = tuple[str, HTTPStatus]


@blueprint.before_request
def check() -> None:
    """Let in administrators of the city and of units; the city's pages only the former."""
    asker = viewer()
    if not asker.may_administer or (asker.audience != "admin" and not _for_units()):
        message = f"{asker.actor} administers nothing here"
        raise NotAllowedError(message)


def _for_units() -> bool:
    """Whether the present route is one that a unit's administrator uses too."""
    return request.endpoint not in {
        *(
            "admin.take_role",
            "admin.take_unlink",
            "admin.show_log",
            "admin.show_units",
            "admin.take_unit",
        ),
        *("admin.show_rules", "admin.take_rules"),
    }


@blueprint.get("")
def show_accounts() -> Page:
    """The accounts that the asker looks after."""
    return _accounts_page(HTTPStatus.OK)


@blueprint.post("/accounts")
def take_account() -> Response | Page:
    """Make an account, give it its role or its place, and show the link by which its password is set."""
    form = request.form
    unit_id = read_number(form.get("unit"))
    role = _one_of(StaffRole, form.get("role"), StaffRole.NONE)
    place = _one_of(MemberRole, form.get("place"), MemberRole.EDITOR)
    asker = viewer()
    kept_by = None if asker.audience == "admin" else unit_id or asker.administered_unit_ids[0]
    if asker.audience != "admin":
        role, unit_id = StaffRole.NONE, kept_by
    try:
        with writing() as session:
            account_id = add_account(
                session,
                form.get("name", ""),
                form.get("display_name", ""),
                role=role,
                kept_by_unit_id=kept_by,
            )
            if unit_id and role is StaffRole.NONE:
                put_member(session, account_id, unit_id, place)
            token = make_link(session, account_id, asker.actor, get_wiring().now())
    except ChangeRefusedError as error:
        return _accounts_page(HTTPStatus.UNPROCESSABLE_ENTITY, error)
    return _account_page(account_id, HTTPStatus.CREATED, token=token)


@blueprint.get(f"/accounts/{KEY}")
def show_account(key: int) -> Page:
    """One account: what it may, its places, whether it is on."""
    return _account_page(key, HTTPStatus.OK)


@blueprint.post(f"/accounts/{KEY}/link")
def take_link(key: int) -> Page:
    """Make a one-time link and show it this once."""
    with writing() as session:
        get_account(session, key)
        token = make_link(session, key, viewer().actor, get_wiring().now())
    return _account_page(key, HTTPStatus.CREATED, token=token)


@blueprint.post(f"/accounts/{KEY}/name")
def take_name(key: int) -> Response | Page:
    """Write the person's name anew."""
    return _change(
        key, lambda session: rename_account(session, key, request.form.get("display_name", ""))
    )


@blueprint.post(f"/accounts/{KEY}/active")
def take_active(key: int) -> Response | Page:
    """Switch the account off or on; off, it is signed out everywhere."""
    active = request.form.get("active") == "1"

    def change(session: Any) -> None:  # noqa: ANN401  a session, which pages do not know by its type
        set_active(session, key, active=active)
        if viewer().audience == "admin":
            end_sessions(session, key)

    return _change(key, change)


@blueprint.post(f"/accounts/{KEY}/role")
def take_role(key: int) -> Response | Page:
    """Give the account a role for the whole city, or take it away."""
    role = _one_of(StaffRole, request.form.get("role"), StaffRole.NONE)
    return _change(key, lambda session: set_staff_role(session, key, role))


@blueprint.post(f"/accounts/{KEY}/unlink")
def take_unlink(key: int) -> Response | Page:
    """Forget by which single sign-on the account's holder comes; the next to come by its name is linked anew."""
    return _change(key, lambda session: unlink(session, key))


@blueprint.post(f"/accounts/{KEY}/places")
def take_place(key: int) -> Response | Page:
    """Give the account a place in a unit, another role there, or take it away (role `none`)."""
    unit_id, wanted = read_number(request.form.get("unit")) or 0, request.form.get("place")

    def change(session: Any) -> None:  # noqa: ANN401  a session, which pages do not know by its type
        if wanted == "none":
            remove_member(session, key, unit_id)
        else:
            put_member(session, key, unit_id, _one_of(MemberRole, wanted, MemberRole.READER))

    return _change(key, change)


@blueprint.get("/log")
def show_log() -> str:
    """The last attempts to sign in."""
    with reading() as session:
        frame = read_frame(session)
        attempts = list_attempts(session)
    zone = ZoneInfo(frame.city.time_zone)
    return render_template(
        "admin/log.html",
        frame=frame,
        attempts=attempts,
        city_time=lambda at: format_moment(at.astimezone(zone).replace(microsecond=0), language()),
    )


@blueprint.get("/units")
def show_units() -> Page:
    """The units, each a form of its own."""
    return _units_page(HTTPStatus.OK)


@blueprint.post("/units")
def take_unit() -> Response | Page:
    """Make a unit, or change one."""
    form = request.form
    words = UnitWords(
        *(
            form.get(field, "").replace("\0", "")
            for field in ("name", "short_name", "name_en", "kind", "utility", "crews")
        )
    )
    seen = read_number(form.get("version"), LARGEST_INTEGER) or 0
    try:
        with writing() as session:
            put_unit(session, read_number(form.get("id")), words, seen)
    except ChangeConflictError as error:
        return _units_page(HTTPStatus.PRECONDITION_FAILED, error, words)
    except ChangeRefusedError as error:
        return _units_page(HTTPStatus.UNPROCESSABLE_ENTITY, error, words)
    return redirect(url_for(".show_units"), HTTPStatus.SEE_OTHER)


@blueprint.get("/rules")
def show_rules() -> Page:
    """The numbers in force, and with `set` and `value` what another one would turn from tomorrow."""
    try:
        change = _asked_change(request.args)
        return _rules_page(HTTPStatus.OK, change)
    except ChangeRefusedError as error:
        return _rules_page(HTTPStatus.UNPROCESSABLE_ENTITY, None, error)


@blueprint.post("/rules")
def take_rules() -> Response | Page:
    """Put another number in force from tomorrow, as a new version of the rules."""
    change = None
    try:
        change = _asked_change(request.form)
        if change is None:
            return _rules_page(HTTPStatus.UNPROCESSABLE_ENTITY, None)
        seen = request.form.get("seen")
        if seen is None:
            raise VersionMissingError(NO_VERSION)
        note = request.form.get("note", "").replace("\0", "").strip()
        with writing() as session:
            today = read_frame(session).today
            written = put_rules(session, change, today, note or _said(session, change, today), seen)
    except ChangeConflictError as error:
        return _rules_page(HTTPStatus.PRECONDITION_FAILED, change, error)
    except ChangeRefusedError as error:
        return _rules_page(HTTPStatus.UNPROCESSABLE_ENTITY, None, error)
    saved = f"rules_version.{written.id}.{written.version}"
    return redirect(url_for(".show_rules", saved=saved), HTTPStatus.SEE_OTHER)


def _asked_change(given: Any) -> RuleChange | None:  # noqa: ANN401  query or form
    name = given.get("set", "")
    return RuleChange.read(name, given.get("value", "")) if name else None


def _said(session: Any, change: RuleChange, today: date) -> str:  # noqa: ANN401  a session, which pages do not know by its type
    """What the version says of itself when nobody wrote a reason: which number, from what to what."""
    if change.section == BOTTOM_LINE:
        return f"{WORDS['rule_sections'][BOTTOM_LINE]} {change.name}: {change.written or '–'}"
    _, thresholds = read_thresholds(session, today)
    was = next((f"{one.value:g} → " for one in thresholds if one.key == change.key), "")
    name = WORDS["thresholds"].get(change.name, change.name)
    return f"{WORDS['rule_sections'][change.section]} · {name}: {was}{change.written}"


def _rules_page(
    status: HTTPStatus, change: RuleChange | None, error: ChangeError | None = None
) -> Page:
    preview: Preview | None = None
    pairs: PairPreview | None = None
    if change is not None and change.bears_on == "pairs":
        with writing() as session:
            pairs = preview_pairs(session, change, read_frame(session).today)
    with reading() as session:
        frame = read_frame(session)
        if change is not None:
            preview = preview_rules(session, change, frame.today)
        versions, thresholds = read_thresholds(session, frame.today)
        page = render_template(
            "admin/rules.html",
            frame=frame,
            tomorrow=frame.today + timedelta(days=1),
            versions=versions,
            groups=_group(thresholds),
            bottom_lines=read_bottom_lines(session, frame.today),
            years=range(frame.today.year - 1, frame.today.year + 6),
            seen=rules_tag(session, frame.today),
            change=change,
            preview=preview,
            pairs=pairs,
            saved=read_saved(request.args, ("rules_version",)),
            refused=error and told(error),
        )
    return page, status


def _group(thresholds: list[Threshold]) -> dict[str, dict[str, list[Threshold]]]:
    """The numbers by what they bear upon and by section, each in the order of the sections."""
    groups: dict[str, dict[str, list[Threshold]]] = {}
    for one in thresholds:
        group = groups.setdefault(SECTIONS[one.section].bears_on, {})
        group.setdefault(one.section, []).append(one)
    return groups


def _change(key: int, change: Any) -> Response | Page:  # noqa: ANN401  a function of a session
    try:
        with writing() as session:
            get_account(session, key)
            change(session)
    except ChangeRefusedError as error:
        return _account_page(key, HTTPStatus.UNPROCESSABLE_ENTITY, error)
    return redirect(url_for(".show_account", key=key), HTTPStatus.SEE_OTHER)


def _accounts_page(status: HTTPStatus, error: ChangeRefusedError | None = None) -> Page:
    with reading() as session:
        frame = read_frame(session)
        accounts = list_accounts(session)
        units = _my_units(list_units(session))
    page = render_template(
        "admin/accounts.html",
        frame=frame,
        accounts=accounts,
        units=units,
        refused=error and told(error),
        form=request.form,
    )
    return page, status


def _account_page(
    key: int, status: HTTPStatus, error: ChangeRefusedError | None = None, token: str | None = None
) -> Page:
    with reading() as session:
        frame = read_frame(session)
        account = get_account(session, key)
        units = _my_units(list_units(session))
        asker = viewer()
        identities = list_identities(session, key) if asker.audience == "admin" else []
    kept = asker.audience == "admin" or account.kept_by_unit_id in asker.administered_unit_ids
    page = render_template(
        "admin/account.html",
        frame=frame,
        account=account,
        units=units,
        kept=kept,
        identities=identities,
        refused=error and told(error),
        link=url_for("accounts.show_reset", token=token, _external=True) if token else None,
    )
    return page, status


def _units_page(
    status: HTTPStatus, error: ChangeError | None = None, words: UnitWords | None = None
) -> Page:
    """The units; after a refusal the form that was sent stands open as it was filled in."""
    with reading() as session:
        frame = read_frame(session)
        units = list_units(session)
        codes = list_codes(session)
    page = render_template(
        "admin/units.html",
        frame=frame,
        units=units,
        kinds=codes["unit_kind"],
        utilities=codes["utility"],
        refused=error and told(error),
        sent=words,
        sent_id=read_number(request.form.get("id")) if words else None,
        clash=status is HTTPStatus.PRECONDITION_FAILED,
    )
    return page, status


def _my_units(units: list[Any]) -> list[Any]:
    asker = viewer()
    if asker.audience == "admin":
        return units
    return [unit for unit in units if unit.id in asker.administered_unit_ids]


def _one_of(kind: Any, text: str | None, usual: Any) -> Any:  # noqa: ANN401  an enumeration and one of its members
    return kind(text) if text in {one.value for one in kind} else usual
