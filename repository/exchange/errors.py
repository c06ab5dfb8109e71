"""What can go wrong with an inventory or a draft."""

from repository.errors import MutualisError


class UnreadableWorkbook(MutualisError):
    """What keeps a whole workbook from being read; nothing of it was stored."""

    status = 422


class NotAWorkbook(UnreadableWorkbook):
    message = "{file} is not an Excel workbook (.xlsx); open it in a spreadsheet program and save it as .xlsx."


class OldWorkbook(UnreadableWorkbook):
    message = "{file} is in the old format of Excel (.xls); open it in a spreadsheet program and save it as .xlsx."


class DamagedWorkbook(UnreadableWorkbook):
    message = "{file} is damaged ({part}); open it in a spreadsheet program and save it anew as .xlsx."


class ProtectedWorkbook(UnreadableWorkbook):
    message = "{file} is protected by a password; save it without one and import it again."


class WorkbookTooLarge(UnreadableWorkbook):
    message = (
        "{file} has more than {most} bytes, too many for an inventory; "
        "remove pictures, or divide it into several files."
    )
    status = 413


class WorkbookUnpacksTooLarge(UnreadableWorkbook):
    message = "{file} unpacks to more than {most} bytes, too many for an inventory; divide it into several files."
    status = 413


class GridTooLarge(UnreadableWorkbook):
    message = (
        "A sheet of {file} has something in it as far as row {row} and column {column}, too far for an inventory; "
        "delete what stands there, or divide the sheet into several files."
    )
    status = 413


class NoHeadings(UnreadableWorkbook):
    message = (
        "{file} has no row of headings that is understood here: at least three known columns, the title among them, "
        "must stand in one of the first {rows} rows. Start from the template: mutualis template FILE.xlsx."
    )


class DraftNotFound(MutualisError):
    message = "No draft has the identifier {identifier}; it may have been published or deleted."
    status = 404
