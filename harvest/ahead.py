"""Asking for the next page of a list while this one is stored: its token is known as soon as this one is parsed."""

from collections.abc import Callable, Mapping
from queue import SimpleQueue
from threading import Thread

from harvest.response import Page

Ask = Callable[[Mapping[str, str]], Page]


class Ahead:
    """Asks one question at a time, and may begin with the next one before its answer is wanted.

    The thread dies with the process: a run that is stopped does not wait for a partner that is slow. An answer that
    nobody came for is dropped.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._begun: tuple[Mapping[str, str], SimpleQueue[Page | BaseException]] | None = None

    def begin(self, arguments: Mapping[str, str]) -> None:
        """Ask in the background."""
        answers: SimpleQueue[Page | BaseException] = SimpleQueue()
        self._begun = arguments, answers
        Thread(target=_answer, args=(self._ask, arguments, answers), name="mutualis-ahead", daemon=True).start()

    def ask(self, arguments: Mapping[str, str]) -> Page:
        """The answer to a question, which may have been begun; raises what asking for it raised."""
        if self._begun is None or self._begun[0] != arguments:
            return self._ask(arguments)
        (_, answers), self._begun = self._begun, None
        answer = answers.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _answer(ask: Ask, arguments: Mapping[str, str], answers: "SimpleQueue[Page | BaseException]") -> None:
    try:
        answers.put(ask(arguments))
    except BaseException as error:  # whatever it is, it is raised where the answer is wanted
        answers.put(error)
