#!/bin/sh
# What the image is made of, step by step; the Dockerfile calls the same steps.
#
#     steps.sh build SOURCE WHEELS    build the wheel of the checkout SOURCE into the folder WHEELS
#     steps.sh install WHEELS HOME    an environment in HOME with that wheel and what it needs, and no more
#     steps.sh check HOME             what was installed checks itself
set -eu
PYTHON=${PYTHON:-python3}

build() {
    mkdir -p "$2"
    "$PYTHON" -m pip wheel --quiet --no-deps --wheel-dir "$2" "$1"
}

install() {
    "$PYTHON" -m venv "$2"
    "$2/bin/python" -m pip install --quiet --no-cache-dir --no-compile "$1"/hybrid_logo-*.whl
    # Nothing is installed into it later.
    "$2/bin/python" -m pip uninstall --quiet --yes pip setuptools
}

check() {
    "$1/bin/hybrid-logo" check
}

usage() {
    sed -n 's/^# \{0,1\}//; 2,6p' "$0" >&2
    exit 2
}

case "${1:-} $#" in
    "build 3" | "install 3" | "check 2") "$@" ;;
    *) usage ;;
esac
