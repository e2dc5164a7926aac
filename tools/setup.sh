#!/bin/sh
# Sets this checkout up: a virtual environment from requirements.lock, compiled. With `servers`: what only the
# tests need of the system as well: MariaDB, Chromium, the databases' own clients, a PostgreSQL with TLS, sshd, runc, git-lfs.
# As root it installs missing system packages; otherwise it says which ones to install.
set -eu
cd "$(dirname "$0")/.."
unset PYTHONDONTWRITEBYTECODE || true

install() { # packages that the system must have
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
        [ -n "${updated:-}" ] || { apt-get update -q >/dev/null; updated=1; }
        echo "installing $*"
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
    else
        echo "please install: $* (for example: sudo apt-get install $*)" >&2
        return 1
    fi
}

has() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

if [ "${1:-}" = servers ]; then
    has mariadbd || install mariadb-server || true
    has chromium || has chromium-browser || install chromium fonts-dejavu-core || true
    has psql || install postgresql-client || true
    has mariadb || install mariadb-client || true
    has sqlite3 || install sqlite3 || true
    has sshd || install openssh-server || true
    has runc || install runc || true
    has git-lfs || install git-lfs || true
    has busybox || install busybox-static || true
    if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then # one that speaks TLS, which PyPI's does not; no cluster of its own
        [ "$(id -u)" -ne 0 ] || [ -e /etc/postgresql-common/createcluster.conf ] || {
            mkdir -p /etc/postgresql-common
            echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
        }
        install postgresql || true
    fi
    exit 0
fi

python=${PYTHON:-}
for candidate in python3.13 python3.12 python3.11 python3; do
    [ -n "$python" ] && break
    command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && python=$candidate
done
[ -n "$python" ] || { echo "Python 3.11 or newer is needed (python3 on the PATH)" >&2; exit 1; }
command -v git >/dev/null 2>&1 || install git
command -v setpriv >/dev/null 2>&1 || install util-linux

if [ ! -x .venv/bin/python ]; then
    echo "making .venv with $($python --version)"
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        install "$("$python" -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")')" || install python3-venv
    fi
    "$python" -m venv .venv
fi
.venv/bin/python -m pip install -q --disable-pip-version-check 'uv>=0.5'
.venv/bin/uv pip install -q --python .venv/bin/python --compile-bytecode -r requirements.lock
.venv/bin/uv pip install -q --python .venv/bin/python --no-deps -e .
.venv/bin/python -m compileall -q src
echo "ready: .venv/bin/bascule"
