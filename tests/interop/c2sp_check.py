"""Checks what an Accord ledger publishes with a verifier from PyPI alone; nothing here knows Accord.

Needs: pip install metamorphic-log

    c2sp_check.py LOG VKEY                        the checkpoint in LOG is signed by VKEY
    c2sp_check.py LOG VKEY consistent OLDER PROOF the hashes in PROOF, base64 a line, connect OLDER
    c2sp_check.py LOG VKEY included PROOF ENTRY   a tlog-proof shows that ENTRY (a file) is included

Exits with 1, and says why, when something does not hold.
"""
import base64
import hashlib
import pathlib
import sys

import metamorphic_log as log


def included(proof, entry, vkey):
    lines, checkpoint = proof.split("\n\n", 1)
    first, *lines = lines.split("\n")
    if first != "c2sp.org/tlog-proof@v1":
        raise ValueError("not a tlog-proof")
    if lines[0].startswith("extra "):
        lines.pop(0)
    index = int(lines.pop(0).removeprefix("index "))
    leaf = hashlib.sha256(b"\0" + entry).digest()
    hashes = [base64.b64decode(line) for line in lines]
    log.checkpoint_verify_inclusion(checkpoint, [vkey], index, leaf, hashes)


def main(directory, vkey, *rest):
    checkpoint = pathlib.Path(directory, "checkpoint").read_text()
    if not rest:
        head = log.checkpoint_verify(checkpoint, [vkey])
        if head.origin != vkey.split("+")[0] or head.extensions:
            raise ValueError("not a checkpoint of this log without extension lines")
    elif rest[0] == "consistent":
        older, proof = (pathlib.Path(path).read_text() for path in rest[1:])
        hashes = [base64.b64decode(line) for line in proof.splitlines()]
        log.checkpoint_verify_consistency(older, checkpoint, [vkey], hashes)
    elif rest[0] == "included":
        proof, entry = (pathlib.Path(path).read_bytes() for path in rest[1:])
        included(proof.decode(), entry, vkey)
    else:
        sys.exit(__doc__)


if len(sys.argv) < 3:
    sys.exit(__doc__)
try:
    main(*sys.argv[1:])
except (log.VerifyError, ValueError) as error:
    print("DOES NOT HOLD:", error)
    sys.exit(1)
