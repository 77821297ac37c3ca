"""Data sets of the Hugging Face Hub: tables in Parquet, which the Hub makes of nearly all of them.

The conversion lies in the branch `refs/convert/parquet`, as `CONFIG/SPLIT/0000.parquet` and so
on. Where there is none, as of private data sets, the files of the data set itself are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from seq2seq_keras.errors import InputError, WorkError
from seq2seq_keras.fetching.found import Found, Offer, RemoteFile
from seq2seq_keras.fetching.names import HubName

if TYPE_CHECKING:
    from huggingface_hub.hf_api import DatasetInfo, RepoSibling

_CONVERSION = "refs/convert/parquet"
_TIMEOUT = 30.0
_TABLES = re.compile(r"\.(parquet|jsonl|ndjson|json|csv|tsv)(\.(gz|bz2|xz|zst))?$", re.IGNORECASE)
_DESCRIBING = re.compile(r"(^|/)(dataset_infos?|metadata|package|config)\.json$", re.IGNORECASE)
_MOST_TOLD = 12
_LONGEST_NAME = 50  # as of `headers.file_name`


def look_up(name: HubName, endpoint: str | None) -> Found:
    """Asks for one split of a data set; see `lookup.look_up`.

    Args:
        name: Its name.
        endpoint: The Hub; None for where the library finds it.
    """
    hub = _Hub(endpoint)
    repository, config, info = hub.find(name)
    converted = hub.conversion(repository)
    if converted is not None:
        parts = _parts(converted)
        config, split = _chosen(name, config, parts)
        files, sha = parts[config][split], converted.sha
        pairs = _pairs(info, config, split)
    else:
        files, sha, pairs = _own_files(name, repository, config, info), info.sha, None
        split = name.split or "train"
    stem = "-".join(filter(None, [repository.rpartition("/")[2], config, split]))
    stem = re.sub(r"[^\w.-]", "_", stem)[:_LONGEST_NAME]
    remotes = tuple(hub.remote(repository, file, sha, stem, place) for place, file in files)
    return Found(
        str(name),
        remotes,
        _license(info),
        pairs,
        f"{hub.endpoint}/datasets/{repository}",
        merged=f"{stem}.parquet" if len(remotes) > 1 else None,
    )


def offers(name: HubName, endpoint: str | None) -> Sequence[Offer]:
    """Lists configurations and splits of a data set; see `lookup.offers`.

    Args:
        name: Of the data set.
        endpoint: As of `look_up`.
    """
    hub = _Hub(endpoint)
    repository, wanted, info = hub.find(name)
    converted = hub.conversion(repository)
    if converted is None:
        raise InputError(
            f"{name}: the Hub has made no Parquet of this data set, so its parts are not known; "
            f"see {hub.endpoint}/datasets/{repository}"
        )
    return [
        Offer(
            f"hub:{repository}/{config}@{split}",
            _pairs(info, config, split),
            sum(file.size or 0 for _, file in files) or None,
        )
        for config, splits in _parts(converted).items()
        if wanted in (None, config)
        for split, files in splits.items()
    ]


Files = list[tuple[int, "RepoSibling"]]


class _Hub:
    """The Hub's client, with errors in one line."""

    def __init__(self, endpoint: str | None) -> None:
        from huggingface_hub import HfApi, constants, get_token

        self.endpoint = (endpoint or constants.ENDPOINT).rstrip("/")
        self._token = get_token()
        self._api = HfApi(
            endpoint=self.endpoint, token=self._token or False, library_name="seq2seq-keras"
        )

    def find(self, name: HubName) -> tuple[str, str | None, DatasetInfo]:
        """Finds out which of the parts of a name are the data set's: id, configuration, facts."""
        ways: list[tuple[str, str | None]]
        if len(name.parts) == 3:
            ways = [("/".join(name.parts[:2]), name.parts[2])]
        elif len(name.parts) == 2:  # data sets of old have no owner
            ways = [("/".join(name.parts), None), (name.parts[0], name.parts[1])]
        else:
            ways = [(name.parts[0], None)]
        for repository, config in ways:
            info = self._info(repository, None)
            if info is not None:
                if info.gated and self._token is None:
                    raise InputError(
                        f"{name}: is handed out only to who agreed to its terms; agree on "
                        f"{self.endpoint}/datasets/{info.id}, then run `hf auth login`, or set "
                        "HF_TOKEN"
                    )
                return info.id, config, info
        raise InputError(
            f"{name}: the Hub has no such data set, or a private one; look for it on "
            f"{self.endpoint}/datasets, and for a private one run `hf auth login`"
        )

    def conversion(self, repository: str) -> DatasetInfo | None:
        """The branch with tables in Parquet, if there is one with anything in it."""
        info = self._info(repository, _CONVERSION)
        return info if info is not None and _parts(info) else None

    def remote(
        self, repository: str, file: RepoSibling, revision: str | None, stem: str, place: int
    ) -> RemoteFile:
        """Where a file of a data set is, and what it must be."""
        from huggingface_hub import hf_hub_url

        url = hf_hub_url(
            repository,
            file.rfilename,
            repo_type="dataset",
            revision=revision,
            endpoint=self.endpoint,
        )
        ending = _TABLES.search(file.rfilename)
        number = f"-{place:04d}" if place else ""
        name = stem + number + (ending[0] if ending else "")
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        sha256 = file.lfs.sha256 if file.lfs is not None else None
        return RemoteFile(url, name, file.size, sha256, headers)

    def _info(self, repository: str, revision: str | None) -> DatasetInfo | None:
        from huggingface_hub.errors import (
            GatedRepoError,
            HfHubHTTPError,
            HFValidationError,
            HTTPError,
            RepositoryNotFoundError,
            RevisionNotFoundError,
        )

        try:
            return self._api.dataset_info(
                repository, revision=revision, files_metadata=True, timeout=_TIMEOUT
            )
        except GatedRepoError:
            raise InputError(
                f"{repository}: is handed out only to who agreed to its terms; agree on "
                f"{self.endpoint}/datasets/{repository} with the account of your token"
            ) from None
        except (RepositoryNotFoundError, RevisionNotFoundError):
            return None
        except HFValidationError:
            raise InputError(f"{repository}: is no name of a data set on the Hub") from None
        except HfHubHTTPError as error:
            status = error.response.status_code if error.response is not None else 0
            if status == 401:
                raise InputError(
                    "the Hugging Face Hub does not know this token: run `hf auth login`, or set "
                    "HF_TOKEN"
                ) from None
            raise WorkError(f"{self.endpoint}: the Hub fails ({status}); try again later") from None
        except (HTTPError, OSError) as error:
            raise WorkError(
                f"{self.endpoint}: cannot be reached ({error}); there seems to be no connection: "
                "check it and try again, or use a file that you have already"
            ) from None


def _parts(info: DatasetInfo) -> dict[str, dict[str, Files]]:
    """The files of a conversion by configuration and split, numbered."""
    found: dict[str, dict[str, Files]] = {}
    for file in sorted(info.siblings or [], key=lambda file: file.rfilename):
        config, _, rest = file.rfilename.partition("/")
        split, _, part = rest.partition("/")
        if part.endswith(".parquet"):
            files = found.setdefault(config, {}).setdefault(split, [])
            files.append((len(files), file))
    return found


def _chosen(
    name: HubName, config: str | None, parts: dict[str, dict[str, Files]]
) -> tuple[str, str]:
    """Which configuration and split are meant, where one can be told."""
    if config is None:
        if len(parts) > 1 and "default" not in parts:
            raise InputError(
                f"{name}: has several configurations; write one behind a slash: {_some(parts)}"
            )
        config = "default" if "default" in parts else next(iter(parts))
    if config not in parts:
        raise InputError(f"{name}: has no configuration {config!r}; there are {_some(parts)}")
    splits = parts[config]
    split = name.split
    if split is None:
        split = next(iter(splits)) if len(splits) == 1 else "train"
    if split not in splits:
        raise InputError(f"{name}: has no split {split!r}; write one behind an @: {_some(splits)}")
    return config, split


def _own_files(name: HubName, repository: str, config: str | None, info: DatasetInfo) -> Files:
    """The table of a data set among its own files; several only where they are parts of one."""
    tables = [
        file
        for file in info.siblings or []
        if _TABLES.search(file.rfilename) and not _DESCRIBING.search(file.rfilename)
    ]
    fitting = tables
    for word in filter(None, (config, name.split)):
        fitting = [file for file in fitting if _names(file.rfilename, word)]
    if len(fitting) > 1 and name.split is None:
        fitting = [file for file in fitting if _names(file.rfilename, "train")] or fitting
    fitting.sort(key=lambda file: file.rfilename)
    kinds = {re.sub(r"\d+", "#", file.rfilename) for file in fitting}
    if len(fitting) == 1 or (len(kinds) == 1 and next(iter(kinds)).endswith(".parquet")):
        return list(enumerate(fitting))
    if not tables:
        raise InputError(
            f"{name}: has no table in Parquet, JSON Lines or CSV; download it with the program "
            "that its page names"
        )
    raise InputError(
        f"{name}: unclear which of its files are meant ({_some([f.rfilename for f in tables])}); "
        f"give the address of one, https://.../datasets/{repository}/resolve/main/FILE"
    )


def _names(file: str, word: str) -> bool:
    """Whether a word stands in a file's name by itself."""
    return re.search(rf"(^|[/._-]){re.escape(word)}([/._-]|$)", file) is not None


def _license(info: DatasetInfo) -> str | None:
    card: Any = info.card_data
    stated = card.get("license") if card is not None else None
    texts = stated if isinstance(stated, list) else [stated]
    named = [str(text) for text in texts if text]
    other = card.get("license_name") if card is not None else None
    if named == ["other"] and other:
        named = [str(other)]
    return ", ".join(named) or None


def _pairs(info: DatasetInfo, config: str, split: str) -> int | None:
    """The rows of a split, where the card of the data set tells."""
    for described in _descriptions(info):
        if described.get("config_name", "default") == config:
            for part in described.get("splits") or []:
                if isinstance(part, dict) and part.get("name") == split:
                    rows = part.get("num_examples")
                    return rows if isinstance(rows, int) else None
    return None


def _descriptions(info: DatasetInfo) -> Iterator[dict[str, Any]]:
    card: Any = info.card_data
    described = card.get("dataset_info") if card is not None else None
    for each in described if isinstance(described, list) else [described]:
        if isinstance(each, dict):
            yield each


def _some(names: Sequence[str] | dict[str, Any]) -> str:
    found = list(names)
    return ", ".join(found[:_MOST_TOLD]) + (", ..." if len(found) > _MOST_TOLD else "")
