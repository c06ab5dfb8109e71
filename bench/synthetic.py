"""Records made by chance, the same ones in every run: shared by the measurements of search and pages."""

import random
from collections.abc import Iterator
from typing import Final

from repository.namespaces import LANGUAGE_EU, VOCABULARY
from repository.record import Agent, Distribution, Record, Text
from vocabularies.terms import Terms

_WORDS: Final = """
    installation maintenance chantier atelier compétence évaluation sécurité outillage matériau plan mesure
    diagnostic réparation production culture élevage transformation conservation vente accueil gestion
    réseau câblage soudure coupe assemblage finition contrôle qualité entretien conduite logistique
    approvisionnement apprentissage formation professionnelle apprenant formateur module séquence activité
    tâche situation travail
""".split()  # noqa: SIM905 - words in a row
_LANGUAGES: Final = ("FRA", "POR", "ENG")


def records(number: int, terms: Terms) -> Iterator[Record]:
    """`number` records with a title, a description of forty words and one value in each facet."""
    chance = random.Random(20260302)
    countries = terms.participants
    occupations, levels = terms.in_scheme("occupation"), terms.in_scheme("level")
    sectors, kinds = terms.in_scheme("sector"), terms.in_scheme("resource-type")
    for place in range(number):
        occupation, kind = chance.choice(occupations), chance.choice(kinds)
        named = [kind.pref_label[0].value, occupation.pref_label[0].value, *chance.choices(_WORDS, k=2)]
        yield Record(
            id=f"0192f0c0-0000-7000-9000-{place:012d}",
            identifier=(f"B-{place}",),
            title=(Text(" ".join(named), "fr"),),
            description=(Text(" ".join(chance.choices(_WORDS, k=40)), "fr"),),
            language=(LANGUAGE_EU + chance.choice(_LANGUAGES),),
            sector=(chance.choice(sectors).iri,),
            resource_type=(kind.iri,),
            level=(chance.choice(levels).iri,),
            occupation=(occupation.iri,),
            country=(chance.choice(countries),),
            publisher=Agent(name=(Text("Ministère de la formation professionnelle", "fr"),), kind="organisation"),
            issued=f"{chance.randint(2012, 2025)}-{chance.randint(1, 12):02d}",
            access=VOCABULARY + "access/open",
            licence=VOCABULARY + "licence/unknown",
            distribution=(Distribution(access_url=f"https://example.org/{place}", media_type="application/pdf"),),
        )
