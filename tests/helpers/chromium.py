"""Finds a Chromium or Chrome for the browser tests; run as a program, it prints the path."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = ("Chromium", "Google Chrome")


def find_chromium() -> str | None:
    """Returns the path of $CHROMIUM, an installed browser, or the one Playwright downloaded."""
    if chosen := os.environ.get("CHROMIUM"):
        return shutil.which(chosen)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for app in MAC_APPS:
        path = f"/Applications/{app}.app/Contents/MacOS/{app}"
        if shutil.which(path):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    found = find_chromium()
    print(found or "no Chromium or Chrome found")
    sys.exit(found is None)
