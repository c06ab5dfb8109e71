"""What can go wrong with a database beside what `repository.errors` knows."""

from repository.errors import OUT_OF_REACH, MutualisError


class DatabaseBusy(MutualisError):
    public = OUT_OF_REACH
    message = (
        "Another program has kept the catalogue {path} from being written for {seconds} seconds; "
        "end it or wait until it has finished, then try again: nothing was written."
    )
    status = 503
