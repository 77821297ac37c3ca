"""What a Space has to be told before one can log in by the Hub."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import pytest

from seq2seq_keras.app.login.hub_app import HubApp, hub_app
from seq2seq_keras.app.login.hub_login import HubLogin
from seq2seq_keras.errors import InputError

SPACE = {
    "OAUTH_CLIENT_ID": "an-id",
    "OAUTH_CLIENT_SECRET": "a-secret",
    "OPENID_PROVIDER_URL": "https://huggingface.co",
    "SPACE_HOST": "me-fr.hf.space",
}


def test_a_space_tells_all_of_it() -> None:
    app = hub_app({**SPACE, "OAUTH_SCOPES": "openid profile email"})
    assert app == HubApp("an-id", "a-secret", "https://huggingface.co", "me-fr.hf.space")
    assert app.callback == "https://me-fr.hf.space/login/callback"
    assert app.frames == "'self' https://huggingface.co"
    assert "a-secret" not in repr(app)


def test_small_differences_do_not_matter() -> None:
    two = {"SPACE_HOST": "me-fr.hf.space, fr.example.org", "OPENID_PROVIDER_URL": "https://x.org/"}
    app = hub_app({**SPACE, **two})
    assert (app.host, app.provider) == ("me-fr.hf.space", "https://x.org")


@pytest.mark.parametrize("missing", SPACE)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_is_missing_is_named(missing: str, value: str | None) -> None:
    environment = {**SPACE, missing: value or ""}
    if value is None:
        del environment[missing]
    with pytest.raises(InputError) as told:
        hub_app(environment)
    message = str(told.value)
    assert "\n" not in message and "hf_oauth: true" in message and "a-secret" not in message
    assert [name for name in SPACE if name in message] == [missing]


@pytest.mark.parametrize(
    "provider",
    [
        *(
            "http://huggingface.co",
            "huggingface.co",
            "ftp://huggingface.co",
            "https://",
            "http://[",
        ),
        *(
            "https://huggingface.co@evil.example",
            "https://x.org?y",
            "http://localhost.evil.example",
        ),
    ],
)
def test_a_provider_that_others_could_speak_for_is_refused(provider: str) -> None:
    with pytest.raises(InputError, match="OPENID_PROVIDER_URL: expected"):
        hub_app({**SPACE, "OPENID_PROVIDER_URL": provider})


@pytest.mark.parametrize("host", ["evil.example/x", "a@b", "a b", "https://x.org", ",x.org", "a:b"])
def test_a_host_is_a_host(host: str) -> None:
    with pytest.raises(InputError, match="SPACE_HOST: expected"):
        hub_app({**SPACE, "SPACE_HOST": host})


def test_who_is_refused_is_named_by_id() -> None:
    hashed = f"x{'0a' * 32}"
    app = hub_app({**SPACE, "SEQ2SEQ_HUB_REFUSED": f" 5f0c,6a1d  {hashed},"})
    assert app.refused == {"5f0c", "6a1d", hashed}
    assert hub_app({**SPACE, "SEQ2SEQ_HUB_REFUSED": ""}).refused == set()
    for wrong in ("lovelace", "ada", "5f0c;6a1d", "../5f0c", "5F0C", "x5f0c"):
        with pytest.raises(InputError, match="SEQ2SEQ_HUB_REFUSED: expected the ids"):
            hub_app({**SPACE, "SEQ2SEQ_HUB_REFUSED": wrong})


def test_without_the_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "authlib"]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("authlib"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"authlib is missing; .* \"\.\[hub-login\]\""):
        HubLogin(hub_app(SPACE))
