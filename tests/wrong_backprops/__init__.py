"""Backprops that are wrong, written out by hand the ways people write them; what each has wrong stands beside it."""

from . import (
    batches,
    book,
    dictionaries,
    doubles,
    einsums,
    mutating,
    neurons,
    objects,
    other_networks,
    signatures,
    unlisted,
    unrolled,
    unusable,
)
from .collection import COLLECTION, Wrong


def of(*modules) -> list[Wrong]:
    """Return the wrong backprops that stand in these modules."""
    names = {module.__name__.rpartition(".")[2] for module in modules}
    return [entry for entry in COLLECTION if entry.module in names]


LISTED = of(dictionaries, einsums, book, unrolled, neurons, batches, objects, signatures, other_networks)
MUTATING, UNLISTED, DOUBLES, UNUSABLE = of(mutating), of(unlisted), of(doubles), of(unusable)
