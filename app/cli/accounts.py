"""`jiantu account …`: who may sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.opening import ACTOR, administering, city_option, language_option
from app.console import print_accounts, say, utc_now

if TYPE_CHECKING:
    from app.config import Settings
    from app.console import Language
    from geo.database.city_file import CityConfig


@click.group()
def account() -> None:
    """账号 / who may sign in."""


def _print_link(settings: Settings, url: str | None, token: str) -> None:
    from app.names import reachable
    from geo.changes.passwords import LINK_LASTS

    base = url or f"http://{reachable(settings.host)}:{settings.port}"
    hours = int(LINK_LASTS.total_seconds() // 3600)
    say(f"  {base.rstrip('/')}/account/reset/{token}")
    say(
        f"  一次性链接,{hours}小时内有效,用它设置密码 /"
        f" a one-time link, good for {hours} hours, by which the password is set"
    )


url_option = click.option(
    "--url", help="本系统的网址,用于链接 / this server's address, for the link (https://…)"
)


@account.command("add")
@click.argument("name")
@click.option("--name", "display_name", help="姓名,默认同账号 / the person's name")
@click.option(
    "--role",
    type=click.Choice(["none", "leader", "command", "admin"]),
    default="none",
    show_default=True,
    help="市领导、指挥部、管理员,或仅为单位成员 / leader, command office, administrator, or member of units",
)
@url_option
@city_option
@click.pass_obj
def add_account(  # noqa: PLR0913, PLR0917  one for each option
    settings: Settings,
    name: str,
    display_name: str | None,
    role: str,
    url: str | None,
    city: CityConfig,
) -> None:
    """新建账号,给出设置密码的一次性链接 / make an account and a one-time link for its password."""
    from geo.changes.accounts import add_account as add
    from geo.changes.passwords import make_link
    from geo.model.accounts import StaffRole

    with administering(settings, city) as session:
        account_id = add(session, name, display_name or name, role=StaffRole(role))
        token = make_link(session, account_id, ACTOR, utc_now())
    say(f"✓ {name}")
    _print_link(settings, url, token)


@account.command("list")
@city_option
@language_option
@click.pass_obj
def list_accounts(settings: Settings, city: CityConfig, language: Language) -> None:
    """列出账号 / list the accounts."""
    from geo.queries.accounts import list_accounts as find

    with administering(settings, city) as session:
        found = find(session)
    print_accounts(found, language)


@account.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="重新启用 / switch it on again")
@city_option
@click.pass_obj
def disable_account(
    settings: Settings,
    name: str,
    undo: bool,  # noqa: FBT001  click passes flags by position
    city: CityConfig,
) -> None:
    """停用账号,下一次请求即失效 / switch an account off; its next request is refused."""
    from geo.changes.accounts import end_sessions, get_account_id, set_active

    with administering(settings, city) as session:
        account_id = get_account_id(session, name)
        set_active(session, account_id, active=undo)
        end_sessions(session, account_id)
    say(f"✓ {name}: {'已启用 / switched on' if undo else '已停用 / switched off'}")


@account.command("reset")
@click.argument("name")
@url_option
@city_option
@click.pass_obj
def reset_account(settings: Settings, name: str, url: str | None, city: CityConfig) -> None:
    """给出重设密码的一次性链接 / make a one-time link for a new password."""
    from geo.changes.accounts import get_account_id
    from geo.changes.passwords import make_link

    with administering(settings, city) as session:
        token = make_link(session, get_account_id(session, name), ACTOR, utc_now())
    say(f"✓ {name}")
    _print_link(settings, url, token)


@account.command("member")
@click.argument("name")
@click.argument("unit")
@click.option(
    "--role",
    type=click.Choice(["reader", "editor", "unit_admin", "none"]),
    default="editor",
    show_default=True,
    help="查看、填报、单位管理员,none 为移出 / reader, editor, unit administrator; none takes the place away",
)
@city_option
@click.pass_obj
def place_member(settings: Settings, name: str, unit: str, role: str, city: CityConfig) -> None:
    """把账号编入单位 / give an account a place in a unit (its name, short name, code or alias)."""
    from geo.changes.accounts import get_account_id, put_member, remove_member
    from geo.changes.directory import Directory, read_units
    from geo.errors import NotFoundError
    from geo.model.accounts import MemberRole

    with administering(settings, city) as session:
        directory = Directory()
        read_units(session, directory)
        if unit not in directory.units:
            message = f"没有单位“{unit}” / there is no unit “{unit}”"
            raise NotFoundError(message)
        account_id = get_account_id(session, name)
        if role == "none":
            remove_member(session, account_id, directory.units[unit])
        else:
            put_member(session, account_id, directory.units[unit], MemberRole(role))
    say(f"✓ {name} · {unit} · {role}")
