"""Vocabularies of 5,000 terms (`full`: 50,000): taken in, checked, browsed, completed and reconciled, beside rdflib and
skosify on the same file.

Pages and answers are asked through the whole application in one process, as one web worker would give them; names are
asked for that are there, misspelt or in another language.
"""

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from statistics import quantiles
from typing import Final

import rdflib
import skosify

from bench.figures import Figure
from repository.app import create_app
from repository.exchange.accounts import Account
from repository.exchange.roles import Grant
from repository.formats import graph
from repository.record import Text
from repository.services import create
from vocabularies import intake, skos
from vocabularies.checks import look
from vocabularies.concept import Concept, Scheme, Vocabulary
from vocabularies.subject import of_file

TERMS: Final = 5_000
MANY: Final = 50_000
_ASKED: Final = 300
_BATCH: Final = 50
_ID: Final = "bench"
_IRI: Final = "https://example.org/bench/"
_WORDS: Final = {
    "fr": "atelier bois soudure métal béton énergie réseau pompe moteur culture élevage semence tissu cuir couture",
    "pt": "oficina madeira soldadura metal betão energia rede bomba motor cultura criação semente tecido couro costura",
    "en": "workshop wood welding metal concrete energy network pump engine crop breeding seed cloth leather sewing",
}
_WHO: Final = Account(
    id="bench",
    email="",
    name="bench",
    organisation="",
    country="",
    language="fr",
    created="",
    grants=(Grant("administrator"),),
)


def vocabulary(number: int) -> Vocabulary:
    """A tree of terms with names in three languages, other names, neighbours and links; the same in every run."""
    chance = random.Random(7)
    words = {language: held.split() for language, held in _WORDS.items()}
    concepts = []
    for place in range(number):
        picks = [chance.randrange(15) for _ in range(3)]
        labels = tuple(
            Text(" ".join(words[language][pick] for pick in picks) + f" {place}", language) for language in words
        )
        others = tuple(Text(f"{text.value} bis", text.language) for text in labels[:2]) if place % 3 == 0 else ()
        concepts.append(
            Concept(
                iri=f"{_IRI}{place}",
                scheme=_ID,
                notation=f"{place:06d}",
                pref_label=labels,
                alt_label=others,
                top=place < 20,
                broader=() if place < 20 else (f"{_IRI}{(place - 20) // 8}",),
                related=(f"{_IRI}{place + 1}",) if place % 10 == 0 and place + 1 < number else (),
                exact_match=(f"https://example.net/{place}",) if place % 2 else (),
            )
        )
    return Vocabulary(Scheme(id=_ID, iri=_IRI, title=(Text("Bench", "en"),)), tuple(concepts))


def figures(full: bool) -> list[Figure]:
    number = MANY if full else TERMS
    made = vocabulary(number)
    data = skos.write(made)
    found = [*_checks(data, number)]
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as folder:
        services = create(Path(folder) / "data", {})
        began = time.perf_counter()
        looked = intake.examine(services.curation, {"bench.ttl": data})
        intake.take(services.curation, looked, _WHO, "bench")
        ours = number / (time.perf_counter() - began)
        began = time.perf_counter()
        rdflib.Graph().parse(BytesIO(data), format="turtle")
        peer = number / (time.perf_counter() - began)
        found.append(Figure(f"{number:,} terms looked at and taken in", ours, "terms/s", "rdflib only parses", peer))
        found += _asked(create_app(services).test_client(), made)
        services.close()
    return found


def _checks(data: bytes, number: int) -> Iterator[Figure]:
    """With the reading of the file, and without: what rdflib takes to parse it is taken off skosify's time."""
    look(of_file(skos.write(vocabulary(50)), "ttl"))
    began = time.perf_counter()
    subject = of_file(data, "ttl")
    read = time.perf_counter()
    look(subject)
    ended = time.perf_counter()
    graph.parse(data, "ttl")
    parsing = time.perf_counter() - ended
    with tempfile.NamedTemporaryFile(suffix=".ttl") as file:
        file.write(data)
        file.flush()
        start = time.perf_counter()
        skosify.skosify(file.name)
        peer = time.perf_counter() - start
    start = time.perf_counter()
    rdflib.Graph().parse(BytesIO(data), format="turtle")
    reading = time.perf_counter() - start
    yield Figure(f"{number:,} terms read and checked", number / (ended - began), "terms/s", "skosify", number / peer)
    checked = ended - read + max(0.0, read - began - parsing)
    yield Figure("the checks without the parsing", number / checked, "terms/s", "skosify", number / (peer - reading))


def _asked(client: object, made: Vocabulary) -> list[Figure]:
    chance = random.Random(11)
    get: Callable[..., object] = client.get  # type: ignore[attr-defined]
    post: Callable[..., object] = client.post  # type: ignore[attr-defined]
    names = [chance.choice(chance.choice(made.concepts).pref_label).value for _ in range(_ASKED)]
    codes = [chance.choice(made.concepts).notation for _ in range(_ASKED)]
    get(f"/fr/vocabulary/{_ID}")
    get(f"/api/vocabularies/{_ID}/suggest?q=a")
    page, typed = f"/fr/vocabulary/{_ID}", [name[: chance.randrange(3, 10)] for name in names]
    complete = f"/api/vocabularies/{_ID}/suggest"
    found = [
        _p95("page of a list", [lambda: get(page)] * 30),
        _p95("search in a list", [lambda w=name: get(page, query_string={"q": w}) for name in names]),
        _p95("page of a term", [lambda c=code: get(f"{page}/{c}") for code in codes]),
        _p95(
            "completing three to nine letters",
            [lambda w=word: get(complete, query_string={"q": w, "lang": "fr"}) for word in typed],
        ),
    ]
    wrong = [name[1:] + name[:1] if place % 4 == 0 else name for place, name in enumerate(names)]
    batches = [wrong[start : start + _BATCH] for start in range(0, len(wrong), _BATCH)]
    post(f"/reconcile/{_ID}", data={"queries": json.dumps({"q": {"query": "x"}})})
    began = time.perf_counter()
    for batch in batches:
        queries = {f"q{place}": {"query": words, "limit": 3} for place, words in enumerate(batch)}
        post(f"/reconcile/{_ID}", data={"queries": json.dumps(queries)})
    rate = len(wrong) / (time.perf_counter() - began)
    return [*found, Figure("reconciliation", rate, "queries/s", "the bar", 200)]


def _p95(name: str, acts: list[Callable[[], object]]) -> Figure:
    times = []
    for act in acts:
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    bar = 20 if "completing" in name else 50
    return Figure(f"{name}, p95", quantiles(times, n=100)[94], "ms", "the bar", bar)
