"""What can go wrong between the catalogue and the people who have accounts in it."""

from repository.errors import MutualisError


class NotSignedIn(MutualisError):
    message = "This needs an account: sign in first, or give a token in the header Authorization."
    status = 401


class NotAllowed(MutualisError):
    message = "Your role does not let you do this here; ask an administrator of the catalogue for it."
    status = 403


class WrongPassword(MutualisError):
    message = "This address and this password do not belong together; check both, or ask for a new invitation."
    status = 403


class TooManyAttempts(MutualisError):
    message = "There were too many failed attempts; please try again in {minutes} minutes."
    status = 429


class WeakPassword(MutualisError):
    message = "Choose a password of {least} to {most} characters that is neither very common nor your own address."
    status = 422


class InvitationSpent(MutualisError):
    message = "This invitation was used already, or its time is over; ask an administrator for a new one."
    status = 410


class InvalidAddress(MutualisError):
    message = "“{email}” is no e-mail address; write it like name@example.org."
    status = 422


class AccountExists(MutualisError):
    message = "There is an account with the address {email} already."
    status = 409


class AccountNotFound(MutualisError):
    message = "There is no account {name} here."
    status = 404


class NoSuchRole(MutualisError):
    message = "A curator is curator of one list: choose a role, and for a curator the list."
    status = 422


class LastAdministrator(MutualisError):
    message = "This is the last administrator; make another account administrator first."
    status = 409


class TokenInvalid(MutualisError):
    message = "The token is not known here, or its time is over; make a new one on the page of your account."
    status = 401
