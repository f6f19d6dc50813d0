"""`jiantu up`: from nothing to the map on the screen, saying each step."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
import socket
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING

from pydantic import SecretStr

from app.companions import accompany, look_once
from app.console import say, showing_progress, today_of, utc_now
from app.installation import Installation, make_cluster, open_installation
from app.names import reachable
from geo.changes.roll import roll_day
from geo.changes.sessions import get_secret
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.demo.load import DEMO_CITY, load_demo
from geo.errors import DatabaseSetupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from app.config import Settings
    from app.web_server import WebServer
    from geo.database.city_file import CityConfig


def start(settings: Settings, city: CityConfig, *, check: bool) -> None:
    """Start the database, set the city up, load or re-date the demo, and serve until stopped.

    With `check`, look at the first page once and stop; raises `DatabaseSetupError` when it does not come.
    """
    # Until the web server takes the signal over, it ends this as Ctrl-C does, and the database with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _refuse_taken_port(settings)
    if settings.only == "public" and settings.public_database_url is not None:
        # The public's machine knows no other login: nothing is set up, loaded or rolled from here.
        from app.web_server import WebServer

        # It signs nobody in, so what it signs need not outlive it.
        secret = settings.secret_key or SecretStr(secrets.token_hex(32))
        server = WebServer(settings, None, settings.public_database_url, secret)
        _run_and_look(server, settings, check=check)
        return
    say("… 数据库 / database")
    with open_installation(settings, city) as installation:
        if installation.set_up(city):
            say(f"✓ 已设置城市 / city set up: {city.name} {city.name_en}")
        rolled_on = _fill(installation, city)
        _serve(settings, installation, city, rolled_on, check=check)


def _refuse_taken_port(settings: Settings) -> None:
    """Say at once that the port is taken, before minutes are spent on the rest."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            message = (
                f"无法监听 {settings.host}:{settings.port}({error.strerror}),请换一个端口:--port 8001 /"
                f" cannot listen on {settings.host}:{settings.port}; choose another port: --port 8001"
            )
            raise DatabaseSetupError(message) from error


def _fill(installation: Installation, city: CityConfig) -> date:
    """Load the demo city on its day; roll to today, for midnight may have been missed. Returns that day."""
    today = today_of(city.time_zone)
    if city.code == DEMO_CITY:
        with showing_progress("zh") as progress:
            loaded = load_demo(
                installation.owner_url, installation.jobs_url, city, today, utc_now, progress
            )
        if loaded:
            say(f"✓ 示范数据已按今天生成 / demo data made for {today}: {loaded} 个项目 / projects")
    engine = make_engine(installation.jobs_url)
    try:
        with acting_session(engine, Identity(Role.COMMAND, "system:roll")) as session:
            roll_day(session, today)
    finally:
        engine.dispose()
    return today


def _serve(
    settings: Settings,
    installation: Installation,
    city: CityConfig,
    rolled_on: date,
    *,
    check: bool,
) -> None:
    from app.web_server import WebServer

    public_url = None if settings.only == "staff" else installation.public_url
    if public_url is None and settings.only != "staff":
        say(
            "· 公众地图未开启:请设置 JIANTU_PUBLIC_DATABASE_URL /"
            " no public map: set JIANTU_PUBLIC_DATABASE_URL"
        )
    staff_url = None if settings.only == "public" else installation.staff_url
    processes = multiprocessing.get_context("spawn")
    cluster = make_cluster(settings) if settings.database_url is None else None
    told = (installation.jobs_url, settings, city.time_zone, rolled_on, cluster)
    companion = processes.Process(target=accompany, args=told, daemon=True)
    with _ctrl_c_held():
        companion.start()
    try:
        secret = _secret(settings, installation)
        _run_and_look(WebServer(settings, staff_url, public_url, secret), settings, check=check)
    finally:
        companion.terminate()
        companion.join()


def _run_and_look(server: WebServer, settings: Settings, *, check: bool) -> None:
    """Serve until stopped; with `check` ask for the first page once and stop."""
    processes = multiprocessing.get_context("spawn")
    page_came = processes.Event()
    look = None
    if check:
        page = "/" if settings.only == "public" else "/sign-in"
        address = f"http://{reachable(settings.host)}:{settings.port}{page}"
        with _ctrl_c_held():
            look = processes.Process(target=look_once, args=(address, os.getpid(), page_came))
            look.start()
    try:
        status = _run(server)
    finally:
        if look is not None:
            look.terminate()  # stopped by Ctrl-C, this process ends before that one has begun
            look.join()
    if status != 0:
        message = "网页服务没有启动,原因见上 / the web server did not start; the reason is above"
        raise DatabaseSetupError(message)
    # gunicorn takes in every child that ends, so an exit status would be lost; the event is not.
    if check and not page_came.is_set():
        message = "网页没有打开 / the page did not come"
        raise DatabaseSetupError(message)


def _secret(settings: Settings, installation: Installation) -> SecretStr:
    """What signs cookies: as set, else kept in the database, so that who is signed in stays so after a restart."""
    if settings.secret_key is not None:
        return settings.secret_key
    engine = make_engine(installation.staff_url, pool_size=1)
    try:
        with acting_session(engine, Identity(Role.GATE, "system:gate")) as session:
            return SecretStr(get_secret(session))
    finally:
        engine.dispose()


@contextmanager
def _ctrl_c_held() -> Iterator[None]:
    """Processes started meanwhile take no notice of Ctrl-C, not even while they load: this one ends them.

    It is held back, not lost: this process gets it when the block ends.
    """
    # Started by itself here, because it would let Ctrl-C through for what is started after it.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(server: WebServer) -> int:
    """Serve until stopped; the exit status. The workers are forks of this process: they end here.

    Otherwise each of them would, on its way out, stop the database that this process started.
    """
    main_process = os.getpid()
    status = 0
    try:
        server.run()
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else 1
    if os.getpid() != main_process:
        os._exit(status)
    return status
