"""A list as a table to take home: CSV and Excel, with headings in the reader's language."""

from typing import Final

from flask import Response, g

from vocabularies import sheets
from vocabularies.terms import Terms
from vocabularies.working import Working

TABLES: Final = {
    "csv": (sheets.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (sheets.as_workbook, sheets.XLSX),
}
"""Extension -> what writes it, and its media type."""


def table(extension: str, scheme: str, terms: Terms, name: str) -> Response:
    """The scheme as `terms` have it, to be saved under a name."""
    write, kind = TABLES[extension]
    sent = {"Content-Disposition": f'attachment; filename="{name}.{extension}"', "Access-Control-Allow-Origin": "*"}
    return Response(write(scheme, Working(terms, {}), g.language, bare=True), content_type=kind, headers=sent)
