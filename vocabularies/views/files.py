"""Lists as files: the spreadsheet that goes out and comes back, and files of others that are taken in."""

from typing import Any, Final

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from repository.messages import tell_reader
from repository.web.language import addresses, say
from repository.web.needs import Services
from repository.web.workbench import who
from repository.web.workbench.routes import Route, done, page
from vocabularies import intake, returning, sheets
from vocabularies.errors import SheetUnreadable
from vocabularies.faults import CHECKS
from vocabularies.tables import Columns
from vocabularies.views import desk

_SHOWN: Final = 300
_FORMS: Final = {"xlsx": (sheets.as_workbook, sheets.XLSX), "csv": (sheets.as_csv, "text/csv; charset=utf-8")}


def sheet_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    return desk.list_of(
        "sheet.html", services, scheme_id, compared=g.get("compared"), file=g.get("file", ""), **_words()
    )


def export(services: Services, scheme_id: str, extension: str) -> ResponseReturnValue:
    working = services.curation.working()
    working.scheme(scheme_id)
    write, kind = {"xlsx": (sheets.as_workbook, sheets.XLSX), "csv": (sheets.as_csv, "text/csv; charset=utf-8")}[
        extension
    ]
    headers = {"Content-Disposition": f'attachment; filename="{scheme_id}.{extension}"'}
    return Response(write(scheme_id, working, g.language), content_type=kind, headers=headers)


def read_sheet(services: Services, scheme_id: str) -> ResponseReturnValue:
    """The first time what a sheet would do is shown; the second time it is done."""
    account, curation = who.known(services), services.curation
    name, data = _sent(services, "sheet")
    working = curation.working()
    compared = returning.compare(data, name, scheme_id, working, curation.former)
    if request.form.get("act") != "apply" or compared.is_nothing:
        kept = services.incoming.keep(data)
        return desk.list_of("sheet.html", services, scheme_id, compared=compared, file=kept, name=name, **_words())
    chosen = request.form.getlist("conflict")
    left: list[Any] = []

    def make(now: Any) -> Any:
        again = returning.compare(data, name, scheme_id, now, curation.former)
        edit, faults = returning.as_edit(again, scheme_id, now, services.base_iri, chosen)
        left.extend(faults)
        return edit

    made = curation.do(make, account, name)
    if left:
        told = "; ".join(f"{each.row}: {tell_reader(each.error, g.language)}" for each in left[:10])
        return done(
            _list(scheme_id),
            "Drafted; terms that change: {count}. Rows left out: {told}",
            count=len(made.changes),
            told=told,
        )
    return done(_list(scheme_id), "Drafted; terms that change: {count}.", count=len(made.changes))


def import_page(services: Services) -> ResponseReturnValue:
    return page("import.html", services, looked=None, checks=CHECKS)


def import_files(services: Services) -> ResponseReturnValue:
    """The first time what files hold and would change is shown; the second time it is done."""
    account, curation = who.known(services), services.curation
    files = _all_sent(services)
    looked = intake.examine(curation, files, _columns())
    if request.form.get("act") != "apply":
        kept = [(name, services.incoming.keep(data)) for name, data in files.items()]
        return page("import.html", services, looked=looked, kept=kept, checks=CHECKS, counts=_counted(looked))
    taken = intake.take(curation, looked, account, ", ".join(files))
    drafted = [each for each in taken if each.drafted]
    if drafted:
        return done(
            addresses().workbench(f"list/{drafted[0].scheme}/drafts"),
            "Drafted; terms to look at before you publish: {count}.",
            count=sum(each.created + each.changed for each in drafted),
        )
    return done(addresses().workbench(), "Terms taken in: {count}.", count=sum(each.created for each in taken))


def _counted(looked: intake.Looked) -> list[tuple[Any, int]]:
    counts: dict[str, int] = {}
    for each in looked.found:
        counts[each.check] = counts.get(each.check, 0) + 1
    return [(CHECKS[name], number) for name, number in counts.items()]


def _columns() -> Columns | None:
    """The columns of a table, as the form names them: one "heading = attribute.language" to a line."""
    lines = [line.partition("=") for line in request.form.get("columns", "").splitlines() if "=" in line]
    named = {name: request.form.get(name, "").strip() for name in ("scheme", "title", "language")}
    if not lines and not named["scheme"]:
        return None
    columns = {heading.strip(): meaning.strip() for heading, _, meaning in lines}
    return Columns(columns, named["scheme"], "", named["title"], named["language"] or g.language)


def _sent(services: Services, name: str) -> tuple[str, bytes]:
    """The file of a form: one that is sent, or the one that was looked at before. Raises SheetUnreadable."""
    held = request.files.get(name)
    if held is not None and held.filename:
        return held.filename[-100:], held.read()
    if not (waiting := request.form.get("file", "")):
        raise SheetUnreadable(file="—", reason=say("no file was sent"))
    return request.form.get("name", f"{name}.xlsx"), services.incoming.read(waiting)


def _all_sent(services: Services) -> dict[str, bytes]:
    found = {each.filename[-100:]: each.read() for each in request.files.getlist("files") if each.filename}
    if not found:
        waiting = zip(request.form.getlist("name"), request.form.getlist("file"), strict=False)
        found = {name: services.incoming.read(kept) for name, kept in waiting}
    if not found:
        raise SheetUnreadable(file="—", reason=say("no file was sent"))
    return found


def _words() -> dict[str, Any]:
    return {
        "heading": lambda column: column.heading(g.language),
        "tell": lambda error: tell_reader(error, g.language),
        "most": _SHOWN,
    }


def _list(scheme_id: str) -> str:
    return addresses().workbench(f"list/{scheme_id}/drafts")


ROUTES: Final = (
    Route("list/<scheme_id>/sheet", sheet_page, read_sheet, does="edit"),
    Route("list/<scheme_id>/sheet.<any(xlsx, csv):extension>", export),
    Route("import", import_page, import_files, sees="import", does="import"),
)
