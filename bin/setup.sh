# What ./run and ./test share: bring a machine from nothing to where the program can start. Sourced by both, with the
# project as the current directory. Every step looks first and does only what is missing, so doing it again is harmless.
# shellcheck shell=bash

export PIP_DISABLE_PIP_VERSION_CHECK=1
setup_log=var/setup.log

# step 中文 English: says what is being done.
step() { printf '… %s / %s\n' "$1" "$2"; }

# fail 中文 English: says what went wrong and what to do about it, and ends.
fail() {
  printf '✗ %s\n  %s\n' "$1" "$2" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# quietly COMMAND…: its words go to the log; when it fails, the last of them are shown.
quietly() {
  printf '\n$ %s\n' "$*" >>"$setup_log"
  if ! "$@" >>"$setup_log" 2>&1; then
    tail -n 15 "$setup_log" >&2
    return 1
  fi
}

digest() {
  if has sha256sum; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

prepare() {
  mkdir -p var 2>/dev/null && [ -w var ] && [ -w . ] ||
    fail "无法写入项目目录 $PWD,请换用它的所有者运行" \
      "cannot write to $PWD: run as the account that owns it"
  : >"$setup_log"
  # One set-up at a time; the lock goes when the set-up is done.
  exec 9>var/setup.lock
  if has flock; then flock 9; fi
}

prepared() { exec 9>&-; }

# --- system packages -------------------------------------------------------------------------------------------------

has_python() {
  local python
  for python in python3 python3.13 python3.12 python3.11; do
    if has "$python" && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      found_python=$python
      return 0
    fi
  done
  return 1
}

has_venv() { has_python && "$found_python" -c 'import venv, ensurepip' 2>/dev/null; }

has_node() { has node && has npm && node -e 'process.exit(+(+process.versions.node.split(".")[0] < 18))' 2>/dev/null; }

# The private server needs PostgreSQL with PostGIS on this machine; geo/database/programs.py looks in the same places.
has_postgis() {
  local control
  for control in /usr/share/postgresql/*/extension/postgis.control /usr/pgsql-*/share/extension/postgis.control \
    /opt/homebrew/share/postgresql@*/extension/postgis.control /usr/local/share/postgresql@*/extension/postgis.control; do
    [ -e "$control" ] && return 0
  done
  return 1
}

uses_own_server() { [ -z "${JIANTU_DATABASE_URL:-}" ] && ! grep -qs '^JIANTU_DATABASE_URL=' .env; }

# Chromium without windows is the same browser for a page and needs a third of the time for it.
find_chromium() {
  local name
  for name in "${JIANTU_TEST_CHROMIUM:-chromium-headless-shell}" chromium-headless-shell chromium \
    google-chrome google-chrome-stable; do
    if has "$name"; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# Playwright starts Chromium through a Node of its own, which needs this library.
has_libatomic() { ! is_debian || [ -n "$(find /usr/lib -name 'libatomic.so.1*' -print -quit)" ]; }

# What lays out PDF sheets loads these by itself.
has_pango() {
  local library
  for library in /usr/lib/*/libpangoft2-1.0.so.0 /usr/lib64/libpangoft2-1.0.so.0 /usr/lib/libpangoft2-1.0.so.0 \
    /opt/homebrew/lib/libpangoft2-1.0.dylib; do
    [ -e "$library" ] && return 0
  done
  return 1
}

has_chinese_font() { has fc-list && [ -n "$(fc-list :lang=zh-cn file 2>/dev/null)" ]; }

is_debian() { has apt-get && grep -qsE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release; }

is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt() {
  quietly as_root env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 \
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@"
}

# The PostgreSQL that is installed, else the newest for which PostGIS is packaged.
postgresql_version() {
  local installed offered
  offered=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | sed -E 's/^postgresql-([0-9]+)-.*/\1/' | sort -nr)
  installed=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sed -E 's|.*/([0-9]+)/bin/initdb|\1|' | sort -nr)
  printf '%s\n' "$(grep -Fx "$installed" <<<"$offered" | head -n 1)" "$offered" | grep -m 1 . || true
}

# install_system_packages WHAT…: installs what is missing of postgis, python, node, chromium, libatomic, pango and fonts.
install_system_packages() {
  local what missing=()
  for what in "$@"; do
    case $what in
      postgis) has_postgis || missing+=(postgis) ;;
      python) has_venv || missing+=(python) ;;
      node) has_node || missing+=(node) ;;
      chromium) find_chromium >/dev/null || missing+=(chromium) ;;
      libatomic) has_libatomic || missing+=(libatomic) ;;
      pango) has_pango || missing+=(pango) ;;
      fonts) has_chinese_font || missing+=(fonts) ;;
    esac
  done
  if [ ${#missing[@]} -eq 0 ]; then return; fi

  is_debian || ask_for_packages "${missing[@]}"
  if [[ " ${missing[*]} " == *" chromium "* ]] && is_ubuntu; then ask_for_chromium; fi
  if [ "$(id -u)" != 0 ] && ! has sudo; then ask_for_packages "${missing[@]}"; fi
  step "更新软件目录(首次需要管理员权限)" "updating the list of packages (asks for an administrator's rights)"
  apt update || fail "无法更新软件目录,请检查网络后重试(日志:$setup_log)" \
    "the list of packages could not be updated: check the network and try again; log: $setup_log"

  local packages=() version
  for what in "${missing[@]}"; do
    case $what in
      postgis)
        version=$(postgresql_version)
        [ -n "$version" ] || fail "软件源中没有 PostGIS(postgresql-NN-postgis-3)" \
          "the package sources offer no PostGIS (postgresql-NN-postgis-3); on Ubuntu enable 'universe'"
        [ -e "/usr/lib/postgresql/$version/bin/initdb" ] || keep_from_making_a_cluster
        packages+=("postgresql-$version" "postgresql-$version-postgis-3")
        ;;
      python) packages+=(python3 python3-venv) ;;
      node) packages+=(nodejs npm) ;;
      chromium)
        if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
          packages+=(chromium-headless-shell)
        else
          packages+=(chromium)
        fi
        ;;
      libatomic) packages+=(libatomic1) ;;
      pango) packages+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0) ;;
      fonts) packages+=(fontconfig fonts-noto-cjk) ;;
    esac
  done
  step "安装系统软件包:${packages[*]}" "installing system packages (a few minutes)"
  apt install -y --no-install-recommends "${packages[@]}" ||
    fail "系统软件包未能安装,请检查网络和磁盘空间后重试(日志:$setup_log)" \
      "the packages could not be installed: check network and disk space and try again; log: $setup_log"
}

# Debian makes and starts a cluster of its own with the server's package, unless told not to beforehand.
keep_from_making_a_cluster() {
  local file=/etc/postgresql-common/createcluster.conf
  if ! grep -qs '^create_main_cluster' "$file"; then
    as_root mkdir -p "${file%/*}"
    echo 'create_main_cluster = false' | as_root tee -a "$file" >/dev/null
  fi
}

# Where packages cannot be installed by us: what is missing, in full, and how to get it.
ask_for_packages() {
  local what lines='' debian=''
  for what in "$@"; do
    case $what in
      postgis)
        lines+=$'\n    PostgreSQL ≥ 14, PostGIS ≥ 3.2   (or: JIANTU_DATABASE_URL=postgresql://…)'
        debian+=" postgresql postgresql-NN-postgis-3"
        ;;
      python) lines+=$'\n    Python ≥ 3.11, venv' debian+=" python3 python3-venv" ;;
      node) lines+=$'\n    Node.js ≥ 18, npm' debian+=" nodejs npm" ;;
      chromium) lines+=$'\n    Chromium (or: JIANTU_TEST_CHROMIUM=/path/to/chrome)' debian+=" chromium" ;;
      libatomic) lines+=$'\n    libatomic' debian+=" libatomic1" ;;
      pango) lines+=$'\n    Pango (for PDF sheets)' debian+=" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" ;;
      fonts) lines+=$'\n    Noto Sans CJK, fontconfig' debian+=" fontconfig fonts-noto-cjk" ;;
    esac
  done
  if is_debian; then
    fail "缺少软件,也没有 sudo。请管理员执行(NN 为 PostgreSQL 版本号),然后重试:" \
      "packages are missing and there is no sudo. As root (NN: PostgreSQL's version), then again:
    apt-get update && apt-get install$debian"
  fi
  fail "只会在 Debian 12、Ubuntu 24.04 上自动安装。请先安装下列软件,然后重试:" \
    "packages are installed only on Debian 12 and Ubuntu 24.04. Install these, then try again:$lines
    Fedora/RHEL: PGDG postgresql17-server postgis36_17, dnf install python3.12 nodejs npm
    macOS:       brew install python@3.12 node postgresql@17 postgis"
}

# Ubuntu packages no Chromium: its package of that name only starts a snap, which tests cannot drive.
ask_for_chromium() {
  fail "Ubuntu 没有 Chromium 软件包:请安装 Google Chrome(.deb),或用 JIANTU_TEST_CHROMIUM 指明浏览器,然后重试" \
    "Ubuntu has no package of Chromium: install Google Chrome's .deb, or name a browser in JIANTU_TEST_CHROMIUM, then try
  again. Everything but the browser's part runs without: ./test checks js unit db web"
}

# --- Python, browser files -------------------------------------------------------------------------------------------

# install_python_packages run|test: what the requirements name, into .venv; skipped while they are the same.
install_python_packages() {
  local wanted=requirements.txt stamp=.venv/jiantu-stamp state
  if [ "$1" = test ]; then wanted=requirements-test.txt; fi
  has_python
  state="$PWD $("$found_python" -V) $(cat requirements.txt pyproject.toml | digest)"
  if [ "$1" = test ]; then state+=" $(digest <requirements-test.txt)"; fi
  # What tests need includes what runs.
  if [ -e "$stamp" ] && [[ "$(cat "$stamp")" == "$state"* ]]; then return; fi

  step "安装 Python 依赖" "installing Python packages"
  # Programs in a venv know its path, so one that was moved here, or belongs to another Python, is made anew.
  if [ -e "$stamp" ] && [[ "$(cat "$stamp")" != "$PWD $("$found_python" -V) "* ]]; then rm -rf .venv; fi
  rm -f "$stamp"
  { [ -x .venv/bin/python ] || quietly "$found_python" -m venv .venv; } &&
    quietly .venv/bin/python -m pip install --progress-bar off -r "$wanted" &&
    quietly .venv/bin/python -m pip install --no-deps --no-build-isolation --editable . ||
    fail "Python 依赖未能安装,请检查网络(可设 PIP_INDEX_URL 为就近镜像)后重试" \
      "Python packages could not be installed: check the network (PIP_INDEX_URL may name a nearer mirror); log: $setup_log"
  echo "$state" >"$stamp"
}

# install_browser_packages run|test, and build_browser_files: what npm names, then the bundle browsers load.
install_browser_packages() {
  local stamp=node_modules/.jiantu-stamp state omit=()
  state="$(cat package.json package-lock.json | digest)"
  if [ "$1" = test ]; then state+=" test"; else omit=(--omit=dev); fi
  if [ -e "$stamp" ] && [[ "$(cat "$stamp")" == "$state"* ]]; then return; fi

  step "安装前端依赖" "installing the browser's packages"
  quietly npm ci --no-progress --loglevel=error "${omit[@]+"${omit[@]}"}" ||
    fail "前端依赖未能安装,请检查网络(可用 npm config set registry 设就近镜像)后重试" \
      "npm packages could not be installed: check the network (npm config set registry may name a nearer mirror); log: $setup_log"
  echo "$state" >"$stamp"
}

build_browser_files() {
  local stamp=app/static/.jiantu-stamp state
  state=$(find app/frontend bin/build.js package-lock.json -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | digest)
  if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$state" ]; then return; fi

  step "生成前端文件" "building the browser's files"
  quietly npm run --silent build || fail "前端文件未能生成" "the browser's files could not be built; log: $setup_log"
  echo "$state" >"$stamp"
}
