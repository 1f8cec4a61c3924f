"""A person gets a signing key; that they did is a leaf of the ledger."""

from lakehouse.settings import Settings
from lineage.ledger.act import Act, Action
from lineage.ledger.ledger import open_ledger
from lineage.signing.keys import make_key
from lineage.signing.people import load_people


def enrol(settings: Settings, name: str, passphrase: str) -> str:
    """Makes a new key for somebody in the file of people and returns its id; older keys stay verifiable.

    Raises:
        UnknownPerson: The file does not name them.
        ValueError: The passphrase is empty.
    """
    person = load_people(settings).person(name)
    key = make_key(settings, person, passphrase)
    with open_ledger(settings, writable=True) as ledger:
        ledger.append(
            Act(Action.KEY_CHANGED, name, f"key {key.keyid}", "enrolled", details={"public": key.to_dict()})
        )
    return str(key.keyid)
