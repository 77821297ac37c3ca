#!/bin/sh
# Puts a Chromium, and a font with Chinese characters, on this machine for the browser tests.
# Does nothing where a browser is found. Exit status 1: none is here and none could be installed.
set -u
cd "$(dirname "$0")/.." || exit 1
python=.venv/bin/python

has_browser() { "$python" tests/helpers/chromium.py >/dev/null 2>&1; }
has_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh)" ]; }

# In CI the font must be there too: without it Chinese is drawn as empty boxes.
if has_browser && { has_font || [ "${CI:-}" != true ]; }; then exit 0; fi

if [ "$(id -u)" = 0 ]; then as_root=
elif sudo -n true 2>/dev/null; then as_root=sudo
else as_root=none
fi

if ! command -v apt-get >/dev/null || [ "$as_root" = none ]; then
    has_browser && exit 0
    echo "The browser tests need Chromium or Chrome. Install one (Debian: apt install chromium" >&2
    echo "fonts-noto-cjk; macOS: brew install --cask google-chrome), or let Playwright fetch one:" >&2
    echo "$python -m playwright install chromium" >&2
    exit 1
fi

install() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null; }

echo "Installing Chromium and fonts for the browser tests."
$as_root apt-get update -qq || echo "apt-get update failed; trying with the lists that are here." >&2
has_font || install fontconfig fonts-noto-cjk
# Ubuntu's package of this name is a snap, which containers cannot run.
if ! has_browser && ! grep -q '^ID=ubuntu' /etc/os-release; then install chromium; fi
has_browser || "$python" -m playwright install --with-deps chromium
has_browser
