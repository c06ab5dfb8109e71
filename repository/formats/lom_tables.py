"""What LOM's numbers, purposes and relation kinds are called here. Source: IEEE 1484.12.1; LOM-FR 1.0."""

from typing import Final

NUMBERS: Final = {
    "general": "1", "identifier": "1", "title": "2", "language": "3", "description": "4", "keyword": "5",
    "coverage": "6", "structure": "7", "aggregationLevel": "8",
    "lifeCycle": "2", "lifeCycle.version": "1", "lifeCycle.status": "2", "lifeCycle.contribute": "3",
    "metaMetadata": "3", "metaMetadata.contribute": "2", "metaMetadata.metadataSchema": "3",
    "metaMetadata.language": "4",
    "technical": "4", "technical.format": "1", "technical.size": "2", "technical.location": "3",
    "technical.requirement": "4", "technical.installationRemarks": "5",
    "technical.otherPlatformRequirements": "6", "technical.duration": "7",
    "educational": "5", "educational.interactivityType": "1", "educational.learningResourceType": "2",
    "educational.interactivityLevel": "3", "educational.semanticDensity": "4",
    "educational.intendedEndUserRole": "5", "educational.context": "6", "educational.typicalAgeRange": "7",
    "educational.difficulty": "8", "educational.typicalLearningTime": "9", "educational.description": "10",
    "educational.language": "11",
    "rights": "6", "rights.cost": "1", "rights.copyrightAndOtherRestrictions": "2", "rights.description": "3",
    "relation": "7", "relation.kind": "1", "relation.resource": "2",
    "annotation": "8",
    "classification": "9", "classification.purpose": "1", "classification.taxonPath": "2",
    "classification.description": "3", "classification.keyword": "4",
}  # fmt: skip
"""Element (with its category where the name alone is not enough) -> its number inside its parent."""


def number(category: str, name: str = "") -> str:
    """The LOM number of an element ("lom:5.2"); a name that LOM does not have stays a name."""
    first = NUMBERS.get(category, category)
    second = NUMBERS.get(f"{category}.{name}") or NUMBERS.get(name, name)
    return f"lom:{first}.{second}" if name else f"lom:{first}"


CATALOGUES: Final = frozenset({"uri", "url", "doi", "isbn", "issn", "ark", "handle", "hdl", "urn", "oai", "catalogue"})
SCHEMES: Final = {
    "sector": "sector",
    "occupation": "occupation",
    "level": "level",
    "regional-level": "level",
    "isced-level": "level",
    "resource-type": "resourceType",
    "audience": "audience",
}
PURPOSES: Final = {
    "discipline": "subject",
    "competency": "teaches",
    "skill level": "teaches",
    "prerequisite": "competencyRequired",
    "educational level": "level",
    "educational objective": "qualification",
    "idea": "subject",
}
"""Purpose of a classification -> the act for its last taxon; accessibility and security stay words."""

LABELLED: Final = {
    "discipline": "discipline",
    "domaine d enseignement": "discipline",
    "enseignement": "discipline",
    "competence": "competency",
    "pre requis": "prerequisite",
    "prerequis": "prerequisite",
    "niveau educatif": "educational level",
    "niveau educatif detaille": "educational level",
    "objectif pedagogique": "educational objective",
    "disciplina": "discipline",
    "competencia": "competency",
    "pre requisito": "prerequisite",
    "nivel educacional": "educational level",
}
KINDS: Final = {
    "isbasedon": "derivation",
    "est basee sur": "derivation",
    "isversionof": "versionOf",
    "est une version de": "versionOf",
    "ispartof": "isPartOf",
    "est une partie de": "isPartOf",
    "haspart": "hasPart",
    "a pour partie": "hasPart",
    "requires": "requires",
    "requiert": "requires",
    "a pour pre requis": "requires",
    "istranslationof": "translationOf",
    "est la traduction de": "translationOf",
}
"""Kind of relation, as a token or as a label of LOM-FR -> JSON key; other kinds are kept as words."""
