"""Routes that hand out a workspace's files; every path is looked up, never joined."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from seq2seq_keras.app.desks import Desks
from seq2seq_keras.errors import InputError
from seq2seq_keras.jobs import Job
from seq2seq_keras.jobs.files import slug
from seq2seq_keras.localisation import ENGLISH, LANGUAGES, Language

_REPORTS = {
    "report.html": "text/html",
    "report.json": "application/json",
    "translations.csv": "text/csv",
}


def download_routes(desks: Desks) -> APIRouter:
    """Builds `/download/models/PLACE/NAME.zip`, `/download/translations/JOB`,
    `/download/exports/JOB`, and `/download/reports/JOB/report.html`, `report.json` and
    `translations.csv`.

    A report's page is written in English when the comparison ends; with `?language=zh` it is
    drawn anew from the report's numbers, in that language.

    Args:
        desks: Whose files they are; nobody is handed another's.
    """
    router = APIRouter(prefix="/download")

    def jobs(request: Request) -> dict[str, Job]:
        return {job.id: job for job in desks.of(request.scope).workspace.jobs.all()}

    @router.get("/models/{place}/{name}.zip")
    def model(place: str, name: str, request: Request) -> FileResponse:
        try:
            info = desks.of(request.scope).workspace.model(f"{place}/{name}")
        except InputError as error:
            raise HTTPException(404, str(error)) from None
        return _zipped(info.folder, slug(info.name))

    @router.get("/translations/{job_id}")
    def translation(job_id: str, request: Request) -> FileResponse:
        known = jobs(request)
        path = known[job_id].translated_file if job_id in known else None
        if path is None or not path.is_file():
            raise HTTPException(404, "There is no such translation.")
        return FileResponse(path, media_type="application/octet-stream", filename=path.name)

    @router.get("/exports/{job_id}")
    def export(job_id: str, request: Request) -> FileResponse:
        known = jobs(request)
        folder = known[job_id].exported_folder if job_id in known else None
        if folder is None:
            raise HTTPException(404, "There is no such export.")
        return _zipped(folder, folder.name)

    @router.get("/reports/{job_id}/{file}")
    def report(job_id: str, file: str, request: Request, language: str = ENGLISH.code) -> Response:
        known = jobs(request)
        path = known[job_id].out / file if job_id in known else None
        if path is None or file not in _REPORTS or not path.is_file():
            raise HTTPException(404, "There is no such report.")
        name = f"{job_id}-{file}"
        if file == "report.html" and language in LANGUAGES and language != ENGLISH.code:
            return _drawn(path.parent, LANGUAGES[language], name)
        return FileResponse(path, media_type=_REPORTS[file], filename=name)

    return router


def _zipped(folder: Path, name: str) -> FileResponse:
    return _PassingFile(zip_folder(folder), media_type="application/zip", filename=f"{name}.zip")


class _PassingFile(FileResponse):
    """A temporary file, gone when it was sent or whoever fetched it has left."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            Path(self.path).unlink(missing_ok=True)


def _drawn(folder: Path, language: Language, name: str) -> Response:
    """Draws the page of a saved report in another language."""
    from seq2seq_keras.comparison import Report
    from seq2seq_keras.comparison.page import render

    try:
        page = render(Report.load(folder), language)
    except InputError as error:
        raise HTTPException(404, language.error(str(error))) from None
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(page, media_type="text/html", headers={"content-disposition": disposition})


def zip_folder(folder: Path) -> Path:
    """Packs a folder, such as a saved translator, without the checkpoints of its training.

    Returns:
        A temporary file; its owner deletes it.
    """
    with tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as stream:
        packed = Path(stream.name)
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                inside = path.relative_to(folder)
                if path.is_file() and not path.is_symlink() and inside.parts[0] != "checkpoints":
                    archive.write(path, Path(folder.name) / inside)
    except BaseException:  # a full disk, say, of which half a file is the last thing to keep
        packed.unlink()
        raise
    return packed
