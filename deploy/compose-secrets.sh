#!/bin/sh
# Makes the secrets of compose.yaml, once: what is there stays. As root, the files are uid 65532's, who reads them in the containers.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets

random() { head -c "$1" /dev/urandom | base64 | tr -d '\n'; }
make() { # NAME TEXT
    [ -s "secrets/$1" ] && return
    printf '%s\n' "$2" >"secrets/$1"
    echo "made secrets/$1"
}

make postgres-password "$(random 24 | tr '+/' '-_')"
make store "postgresql://bascule:$(cat secrets/postgres-password)@postgres/bascule"
make master.key "$(random 32)"
make admin-password "$(random 15 | tr '+/' '-_')"
[ -e secrets/delegate-token ] || : >secrets/delegate-token # to be written: the manager makes it

chmod 400 secrets/*
chmod 711 secrets
if [ "$(id -u)" -eq 0 ]; then
    chown 65532:65532 secrets/store secrets/master.key secrets/admin-password secrets/delegate-token
else
    echo "run once as root, so that they are uid 65532's: sudo sh $0" >&2
fi
