#!/usr/bin/env python3
"""Checks an Accord ledger's directory as docs/format.md says: its INTEGRITY (section 16); WITNESSES, by the
ledger's own policies and what they say of entries' times (20); and whether a deposit was answered (11). Or
checks that a file proves entries to be all of their stream, type or signer (docs/completeness.md section 4).
Usage: verify.py DIRECTORY [POLICY [SECONDS]]         Needs: pip install blake3 pynacl dilithium-py
       verify.py DIRECTORY DEPOSIT [EVENT] [VKEY...]
       verify.py FILE LEDGER-ID [VKEY...]
A POLICY is a file that the published checkpoint must meet as well (19), by a quorum whose time is no more SECONDS
ago. A DEPOSIT is signed by a witness that a policy of the ledger names, or with a VKEY; the EVENT's note tells
whether it must be answered at all. For a FILE, a VKEY is that of somebody who must have computed the index again,
or a checkpoint key in force: those have to be given if the genesis' are not.
Who had the power to change keys, policies or charter, and what was in order, this does not judge: entries that
say so are taken at their word.
Exit code: 0 if all of this holds, 1 if not, 2 if there is nothing to judge.
"""
import base64, hashlib, json, re, sys, time
from datetime import datetime
from pathlib import Path
from blake3 import blake3
from nacl import bindings, exceptions
try:
    from dilithium_py.ml_dsa import ML_DSA_44
except ImportError:  # said where it is needed
    ML_DSA_44 = None

CODE, HEX, ZERO, D = "[a-z0-9][a-z0-9._-]{0,63}", "[0-9a-f]{64}", "0" * 64, "(?:0|[1-9][0-9]{0,19})"
PAIR, SECONDS, MEDIA = f"{CODE}/{CODE}", "[0-9]{4}(?:-[0-9]{2}){2}T(?:[0-9]{2}:){2}[0-5][0-9]", "[a-z0-9!#$&^_.+-]{1,127}"
FORBIDDEN = "[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
HEADER = rf'accord\.entry/v1\n\{{"seq":({D}),"revision":({D}),"prev":"({HEX})","recorded":"({SECONDS}\.[0-9]{{6}}Z)"\}}\n'.encode()
RECORD = re.compile(f"(?:base {D} {HEX}|frame {D} {D} {D} {HEX}|checkpoint {D} {D}) {HEX}\n".encode())
TILE = re.compile("public/tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x(?!000)[0-9]{3}/(?:x[0-9]{3}/)*)?[0-9]{3})"
                  "(?:[.]p/([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?")
def some(item): return rf"\[{item}(?:,{item})*\]"
RELATED = rf'\{{"event":"{HEX}","rel":"(?:responds_to|supports|contradicts|causes|corrects|endorses)"\}}'
SEALED, NAME = rf'"bytes":{D},"commitment":"{HEX}"', r'(?:[^"\\/]|\\["\\]){1,255}'
OPEN = f'"blake3":"{HEX}","bytes":{D},"media_type":"{MEDIA}/{MEDIA}","name":"{NAME}"'
SIGNER, SPAN = rf'\{{"as":"{CODE}","key":"{PAIR}\+[0-9a-f]{{8}}"\}}', "second|minute|hour|day|month|year|unknown"
EVENT = re.compile(  # an event with its members in alphabetical order, its payload emptied
    rf'\{{(?:"evidence":{some(rf"{{(?:{OPEN}|{SEALED})}}")},)?(?:"expects":{D},)?'
    rf'"id":"[0-9a-f]{{8}}-[0-9a-f]{{4}}-7[0-9a-f]{{3}}-[89ab][0-9a-f]{{3}}-[0-9a-f]{{12}}","issued":"{SECONDS}Z",'
    rf'(?:"ledger":"{HEX}",)?"occurred":{{"from":"{SECONDS}Z","precision":"(?:{SPAN})"(?:,"until":"{SECONDS}Z")?}},'
    rf'"payload":{{}},(?:"relates":{some(RELATED)},)?"seen":{{"root":"{HEX}","size":{D}}},"signers":{some(SIGNER)},'
    rf'"stream":"{PAIR}","type":"(?=[^"]*[.])(?![^"]*[.][.]){CODE}(?<![.])","version":[1-9][0-9]*}}')
NAMING = {"ledger.initialised": ["key_authority", "operator"], "ledger.authority_changed": ["key_authority"]} | {
    name: ["vkey"] for name in ("ledger.operator_key_rotated", "participant.enrolled", "key.added", "key.rotated")}
KEY = rf"(?:stream/{PAIR}|type/(?=[^\n]*[.])(?![^\n]*[.][.]){CODE}(?<![.])|signer/{CODE})"
ROWS = "((?:[A-Za-z0-9+/]{43}=\n)*)"
PROOF = re.compile(rf"accord[.]completeness/v1\nkey ({KEY})\nsize ({D})\n(found|empty|other ({HEX}) ({D}) ({HEX}))\n"
                   rf"map ({D})\n{ROWS}tree ({D})\n{ROWS}checkpoint ({D})\n".encode())
BAD = (ValueError, OSError, RecursionError, exceptions.BadSignatureError)  # what is read is not what it should be
problems = {}  # (code, seq or None, file) -> words
def report(code, seq, why, where=""): problems.setdefault((code, seq, where), str(why))
def need(condition, why, torn=False):
    if not condition:
        raise ValueError(why, torn)
def attempt(how, *values, code=None, seq=None, where=""):  # nothing if it fails, reported under a code
    try:
        return how(*values)
    except BAD as bad:
        return code and report(code, seq, bad.args[0], where)
def like(pattern, value, why):
    return need(isinstance(value, str) and re.fullmatch(pattern, value, re.S), why) or value
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def unbase64(text):
    data = base64.b64decode(like(".*", text, "not base64"), validate=True)
    return need(base64.b64encode(data).decode() == text, "base64 in another spelling") or data
def number(text): return need(int(like(D, text, "not a decimal")) < 2**64, f"{text} is too large") or int(text)

# Keys and signatures: sections 2 and 19; for Ed25519 that is libsodium's rule to the letter.
def valid(key, mark, text): return len(mark) == 64 and attempt(bindings.crypto_sign_open, mark + text, key) is not None
def signed_head(key, mark, name, origin, size, root, text):  # by a checkpoint key, of either type
    if len(key) == 32:
        return valid(key, mark, text)
    if not ML_DSA_44:
        sys.exit(print("ML-DSA-44 signs here too; pip install dilithium-py", file=sys.stderr) or 2)
    def short(field): return bytes([len(field.encode())]) + field.encode()
    message = b"subtree/v1\n\0" + short(name) + mark[:8] + short(origin) + bytes(8) + size.to_bytes(8, "big") + root
    return len(mark) == 2428 and mark[0] < 128 and ML_DSA_44.verify(key, message, mark[8:])
def typed_key(name, text, types=b"\1"):
    typed = unbase64(text)
    need(typed and typed[0] in types and len(typed) == {1: 33, 4: 33, 6: 1313}[typed[0]], "no accepted key")
    need(typed[0] == 6 or bindings.crypto_core_ed25519_is_valid_point(typed[1:]), "no accepted key")
    return f"{name}+{sha(name.encode(), bytes([10]), typed).hex()[:8]}", typed[1:]
def vkey(text, types=b"\1"):
    name, key_id, typed = (like(".+", text, "not a vkey").split("+", 2) + ["", ""])[:3]
    found = typed_key(name, typed, types)
    return need(name and not re.search(r"\s|" + FORBIDDEN, name) and found[0] == f"{name}+{key_id}", "not a vkey") or found
def checkpoint_keys(origin, values):
    need(isinstance(values, list) and 1 <= len(values) <= 4, "not 1 to 4 checkpoint keys")
    keys = [typed_key(origin, value, b"\1\6") for value in values]
    return need(any(len(key) == 32 for _, key in keys), "no checkpoint key of Ed25519") or keys

# Notes, events, entries, checkpoints: sections 3 to 5 and 8.
def strict_json(line):
    def unique(pairs): return need(len(dict(pairs)) == len(pairs), "a member stands twice") or dict(pairs)
    def integer(text): return need(abs(int(like("0|-?[1-9][0-9]{0,15}", text, text))) < 2**53, text) or int(text)
    def walk(value, depth):
        need(not isinstance(value, str) or not re.search(FORBIDDEN, value), "a forbidden character")
        need(not isinstance(value, (dict, list)) or depth < 16, "nested deeper than 16")
        for item in [*value, *getattr(value, "values", list)()] if isinstance(value, (dict, list)) else []:
            walk(item, depth + 1)
    value = json.loads(line, object_pairs_hook=unique, **dict.fromkeys(["parse_int", "parse_float", "parse_constant"], integer))
    return walk(value, 0) or value
def parse_event(lines, recorded):
    event = need(lines[0] == "accord.event/v1", "not an event") or strict_json(lines[1])
    need(isinstance(event, dict) and isinstance(event.get("payload"), dict), "no event")
    text = json.dumps(event | {"payload": {}}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    need(EVENT.fullmatch(text) and event["version"] < 2**32, "a member of the event is missing, unknown or not as it should be")
    span, seen, keys = event["occurred"], event["seen"], [s["key"] for s in event["signers"]]
    for instant in (recorded[:19] + "Z", event["issued"], span["from"], span.get("until", event["issued"])):
        datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ")
    need("until" not in span or span["until"] > span["from"], "until is not after from")
    need(seen["size"] or seen["root"] == sha().hex(), "size 0 with another root than that of the empty tree")
    need(len(set(keys)) == len(keys) <= 16 and all(
        len(e.get("name", "").encode()) <= 255 for e in event.get("evidence", [])), "signers, or a name of evidence")
    return event, keys
def note(data, limit, height):  # its lines; its text of so many of them; its signatures by key reference
    need(len(data) <= limit and data.endswith(b"\n"), "too long, or its end is missing")
    need(not re.search(b"[\0-\x09\x0b-\x1f\x7f]", data), "a control character")
    lines = data.decode().split("\n")[:-1]
    need(height + 1 < len(lines) <= height + 101 and not lines[height], f"not {height} lines and signatures")
    parts = [re.fullmatch("\u2014 ([^\\s+\x80-\x9f]+) ([^ ]+)", line) for line in lines[height + 1:]]
    need(all(p and len(unbase64(p[2])) > 4 for p in parts), "not a signature line")
    signatures = [(f"{p[1]}+{unbase64(p[2])[:4].hex()}", unbase64(p[2])[4:]) for p in parts]
    return lines, "\n".join(lines[:height]).encode() + b"\n", signatures
def parse_entry(data):
    header = re.match(HEADER, data)
    need(header and len(data) <= 65535, "not an entry's header, or too long")
    seq, revision, prev, recorded = (field.decode() for field in header.groups())
    lines, text, signatures = note(data[header.end():], 60000, 2)
    event, keys = parse_event(lines, recorded)
    need([ref for ref, _ in signatures] == keys and all(len(s) == 64 for _, s in signatures), "not the signers' lines")
    return number(seq), number(revision), prev, recorded, event, text, signatures
def parse_checkpoint(data):
    (origin, size, root, *_), text, signatures = note(data, 2**19, 3)
    size, root = number(size), unbase64(root)
    need(origin and len(root) == 32 and (size or root == sha()), "not a checkpoint")
    return origin, size, root, text, signatures
def parse_bundle(data, count):
    entries, at = [], 0
    while at < len(data):
        start, at = at + 2, at + 2 + int.from_bytes(data[at:at + 2], "big")
        entries.append(data[start:at])
    return need(at == len(data) and len(entries) == count, f"not {count} entries") or entries

# The tail: section 15.
def tail_record(data, at):  # kind, numbers, prev, body, end
    match = RECORD.match(data, at, at + 199)
    *fields, check = match[0][:-1].decode().split(" ") if match else ["", ""]
    numbers, rest = [int(f) for f in fields[1:] if len(f) < 64], data[match.end() if match else at:]
    size = numbers[-1] if fields[0] != "base" and match else 0
    def fits(length, body):
        fields[len(numbers)] = str(length) if fields[0] != "base" else fields[1]
        return blake3(" ".join(fields).encode() + body, derive_key_context="accord tail v1").hexdigest() == check
    def lost_sector(): return any(not data[max(at, s):s + 512].strip(b"\0") for s in range(at - at % 512, len(data), 512))
    limits = {"frame": (2**64, 4097, 2**24 + 1), "checkpoint": (2**64, 2**19 + 1)}.get(fields[0], (2**64,))
    match and all(n < limit for n, limit in zip(numbers, limits)) or need(
        False, "no header of a record", len(data) - at <= 199 and b"\n" not in data[at:] or lost_sector())
    need(size <= len(rest), "a record breaks off", size > len(rest) and not fits(len(rest), rest))
    fits(size, rest[:size]) or need(False, "a checksum is not its record's", lost_sector())
    return fields[0], numbers, fields[-1], rest[:size], match.end() + size
def parse_tail(data):  # base, its prev, entries covered, the last checkpoint's note; what is behind it is reported
    need(data.startswith(b"accord.tail/v1\n"), "not a tail of this version")
    kind, (base, *_), prev, _, at = tail_record(data, 15)
    need(kind == "base" and base % 256 == 0 and (base == 0) == (prev == ZERO), "no base record")
    entries, covered, head, frames, last, wrong = [], 0, None, 0, prev, None
    while at < len(data):
        try:
            kind, values, before, body, after = tail_record(data, at)
            need(values[0] == base + len(entries) and kind != "base", f"a {kind} record out of order")
            if kind == "frame":
                need(before == last and values[1], "a frame out of order")
                entries += parse_bundle(body, values[1])
                frames, last = frames + 1, blake3(entries[-1]).hexdigest()
            else:
                need((frames or head is None) and attempt(body.decode) is not None, "a checkpoint record without a frame")
                head, frames, covered = body, 0, len(entries)
            at = after
        except BAD as bad:
            later = (attempt(tail_record, data, at + m.start()) for m in re.finditer(b"checkpoint ", data[at:]))
            wrong, at = bad.args[0] if not bad.args[1] or frames > 1 or any(later) else None, len(data)
    need(head is not None and parse_checkpoint(head)[1] == base + covered, wrong or "no checkpoint covers it")
    (wrong or frames > 1) and report("tail-malformed", None, wrong or "frames without a checkpoint record", "private/tail")
    return base, prev, entries[:covered], head

# Genesis and keys: sections 6 and 7.
def event_keys(event):  # what is no vkey is passed over
    p, named = event["payload"], NAMING.get(event["type"], ()) if event["version"] == 1 else ()
    fit = [p[m] for m in named if m in p and isinstance(p[m], dict) == (m == "key_authority")]
    lists = [v.get("keys") if isinstance(v, dict) else [v] for v in fit]
    return [k for v in lists if isinstance(v, list) for k in (attempt(vkey, text) for text in v) if k]
def genesis(event, text, signatures):  # ledger id, origin, checkpoint keys
    p, keys, ledger = event["payload"], event_keys(event), blake3(text).hexdigest()
    need((event["type"], event["version"]) == ("ledger.initialised", 1) and "ledger" not in event, "no genesis event")
    origin = f"{like(f'(?!.{{201}}){CODE}(/{CODE})*', p.get('name'), 'name')}/{ledger[:32]}"
    need(len(keys) > 1 and len(keys) == 1 + len(p["key_authority"]["keys"]) <= 16, "not 1 to 15 keys and the operator's")
    need(type(n := p["key_authority"].get("threshold")) is int and 1 <= n < len(keys), "threshold")
    need(len({like(PAIR, ref[:-9], "key name").split("/")[0] for ref, _ in keys}) == len(keys), "a participant twice")
    heads = checkpoint_keys(origin, p.get("checkpoint_keys"))
    hybrid = any(len(key) > 32 for _, key in heads)
    need(p.get("suites") == ["ed25519", "blake3", "rfc6962-sha256"] + ["ml-dsa-44"] * hybrid, "suites")
    need(len({key for _, key in keys + heads}) == len(keys + heads), "a key twice")
    roles = {ref: "key_authority" for ref, _ in keys[:-1]} | {keys[-1][0]: "operator"}
    need({s["key"]: s["as"] for s in event["signers"]} == roles, "the signers are not the keys that it names")
    need(all(valid(dict(keys)[ref], s, text) for ref, s in signatures), "a signature is not valid")
    return ledger, origin, [(0, heads)]

# What entries say of witnesses, charters and themselves, each taken at its word: sections 6, 7, 11 and 20.
def micros(instant):
    seconds = datetime.strptime(instant[:19] + "+0000", "%Y-%m-%dT%H:%M:%S%z").timestamp()
    return int(seconds) * 10**6 + int(instant[20:-1] or 0)
def own_policy(lines):
    need(isinstance(lines, list) and len(lines) <= 400, "no policy")
    need(all(isinstance(line, str) and not re.search("[\r\n]", line) for line in lines), "a line")
    logs, names, asked = parse_policy("".join(line + "\n" for line in lines or ["quorum none"]).encode())
    return need(not logs, "log lines have no place here") or (logs, names, asked)
class Known:
    def __init__(self):
        self.leaves, self.keys, self.heads, self.events, self.recorded = {}, {}, [], {}, {}
        self.ledger = self.origin = None
        self.simulated, self.gaps = False, 0
        self.policies = []  # from which size on, and the policy
        self.anchored = []  # which entry, which size, since and by when a quorum had cosigned
        self.proposed, self.charters = {}, []  # by stream; when it came into force, by which entry
    def take(self, seq, event):
        kind, payload = (event["type"], event["version"]), event["payload"]
        if kind in (("ledger.initialised", 1), ("ledger.witness_policy_changed", 1)):
            policy = attempt(own_policy, payload.get("witness_policy"))
            self.simulated |= seq == 0 and payload.get("clock_policy") == "simulated"
            self.policies += [(seq and seq + 1, policy)] if policy else []
        elif kind == ("charter.proposed", 1):
            self.proposed.setdefault(event["stream"], payload.get("charter"))
        elif kind in (("charter.adopted", 1), ("charter.amended", 1)):
            charter = self.proposed.get(event["stream"])
            self.charters += [(self.recorded[seq], seq, charter)] if isinstance(charter, dict) else []
        elif kind == ("checkpoint.anchored", 1):
            self.anchored += attempt(self.anchors, seq, payload) or []
    def anchors(self, seq, payload):
        found, after = [], max((size for _, size, _, _ in self.anchored), default=0)
        need(isinstance(payload.get("checkpoints"), list) and 0 < len(payload["checkpoints"]) <= 16, "no anchors")
        for lines in payload["checkpoints"]:
            note = parse_checkpoint("".join(line + "\n" for line in lines).encode())
            need(after < note[1] <= seq and root_of(self.leaves, 0, note[1]) == note[2], "another checkpoint")
            self.signed(note)
            quorums = [judge_policy(policy, note) for policy in self.demanded(after, note[1])]
            need(all(met for met, *_ in quorums) and self.policy(note[1])[2] != "none", "no quorum")
            _, since, by, _ = quorums[0]
            found.append((seq, note[1], since, by))
            after = note[1]
        return found
    def signed(self, note):
        origin, size, root, text, signatures = note
        need(origin == self.origin, "another log")
        signed(next((keys for since, keys in reversed(self.heads) if since <= size), []), signatures,
               lambda name, key, s: signed_head(key, s, name, origin, size, root, text))
    def policy(self, size):  # that counts at a size
        return next((policy for since, policy in reversed(self.policies) if since <= size), None)
    def demanded(self, after, size):  # the policies in force from the one size to the other, the newest first
        inside = [(since, policy) for since, policy in self.policies if since <= size]
        first = max((n for n, (since, _) in enumerate(inside) if since <= after), default=0)
        return [policy for _, policy in reversed(inside[first:])]
    def charter(self, at=None):  # in force then, or now
        return next(((seq, charter) for since, seq, charter in reversed(self.charters)
                     if at is None or self.simulated or since // 10**6 <= at // 10**6), (None, {}))
    def skew(self, seq):  # the same when an entry was taken in
        return self.ahead(next((charter for _, at, charter in reversed(self.charters) if at < seq), None))
    def pieces(self, start, end):  # parts of a range, each with how far clocks may differ in it
        cuts = [start, *(at + 1 for _, at, _ in self.charters if start <= at < end - 1), end]
        return [(range(a, b), self.skew(a)) for a, b in zip(cuts, cuts[1:]) if a < b]
    def ahead(self, charter=None):  # by how many seconds clocks may differ
        ahead = as_dict(as_dict(charter).get("limits")).get("ahead")
        return ahead if type(ahead) is int else 300
# What is judged, and how: section 16.
def judge(entries, size, unreadable):  # what is Known, and the last hash
    known, streams, ids = Known(), {}, set()
    leaves, keys, heads, events = known.leaves, known.keys, known.heads, known.events
    ledger, origin, prev, last_recorded, gaps, due = None, None, ZERO, "", 0, 0
    index, sound = {}, True
    for at in [*sorted(entries), size]:  # each against what was found before it
        if at > due:
            due // 256 in unreadable or report("entry-missing", due, "no file holds it")
            prev, gaps = None, gaps + 1
        if at == size:
            ledger or not size or report("genesis-invalid", 0, "entry 0 is missing or malformed")
            known.gaps = gaps
            return known, prev
        leaves[at], before, prev, due = sha(b"\0", entries[at]), prev, blake3(entries[at]).hexdigest(), at + 1
        entry = attempt(parse_entry, entries[at], code="entry-malformed", seq=at)
        if not entry:
            gaps += 1
            continue
        seq, revision, named, recorded, event, text, signatures = entry
        if at == 0:
            ledger, origin, found = attempt(genesis, *entry[4:], code="genesis-invalid", seq=0) or (None, None, [])
            heads += found
            known.ledger, known.origin = ledger, origin
        (last, gaps_then), event_hash = streams.get(event["stream"], (-1, 0)), blake3(text).digest()
        name, judged = (signatures[0][0].split("/")[0], event["id"]), ledger and at
        unknown = [ref for ref, _ in signatures if ref not in keys]
        lines = [unknown or not judged or valid(keys[ref], s, text) for ref, s in signatures]
        for code, wrong, why in (
                ("seq-wrong", seq != at, f"found {seq}"),
                ("prev-wrong", before and named != before, f"expected {before}, found {named}"),
                ("recorded-decreases", recorded < last_recorded, f"{recorded} after {last_recorded}"),
                ("revision-wrong", revision <= last or revision > last + 1 and gaps == gaps_then, f"{revision} after {last}"),
                ("ledger-wrong", judged and event.get("ledger") != ledger, f"found {event.get('ledger')}"),
                ("event-repeated", event_hash in events, event_hash.hex()),
                ("id-repeated", event_hash not in events and name in ids, " ".join(name)),
                ("signer-unknown", judged and unknown, f"no entry before names {unknown}"),
                ("signature-invalid", not all(lines), "a signature is not valid")):
            wrong and report(code, at, why)
            sound = sound and not wrong
        if sound and ledger and not gaps and is_commitment(event) and not commits(event, at, index_root([
                (bits(key), index_leaf(key, row)) for key, row in index.items()])):
            report("index-root", at, "not the root of the index over the entries before it")
        for key in map(sha, index_keys(event)):
            index.setdefault(key, []).append(leaves[at])
        streams[event["stream"]], last_recorded = (revision, gaps), recorded
        known.recorded[at] = micros(recorded)
        ledger and known.take(at, event)
        events.setdefault(event_hash, at), ids.add(name)
        for reference, key in event_keys(event) if ledger else []:
            keys.setdefault(reference, key)
        if judged and (event["type"], event["version"]) == ("ledger.checkpoint_keys_rotated", 1):
            rotated = attempt(checkpoint_keys, origin, event["payload"].get("checkpoint_keys"))
            heads += [(at + 1, rotated)] if rotated else []
def root_of(row, low, high):  # RFC 6962 over row[low:high]; None where one is missing
    if high - low < 2:
        return row.get(low) if low < high else sha()
    middle = low + (1 << (high - low - 1).bit_length() - 1)
    left = root_of(row, low, middle)
    right = left and root_of(row, middle, high)
    return right and sha(b"\1", left, right)
# The index over streams, types and signers: docs/completeness.md.
def index_keys(event): return {f"{kind}/{name}".encode() for kind, name in [
    ("stream", event["stream"]), ("type", event["type"]), *(("signer", s["key"].split("/")[0]) for s in event["signers"])]}
def bits(digest): return f"{int.from_bytes(digest, 'big'):0256b}"
def index_leaf(key, row):  # a key's hash, and the leaf hashes of its entries
    return sha(b"\2", key, len(row).to_bytes(8, "big"), root_of(dict(enumerate(row)), 0, len(row)))
def index_root(leaves, depth=0):  # of [(bits of a key's hash, leaf)]
    if len(leaves) < 2:
        return leaves[0][1] if leaves else bytes(32)
    return sha(b"\3", *(index_root([leaf for leaf in leaves if leaf[0][depth] == bit], depth + 1) for bit in "01"))
def is_commitment(event): return (event["type"], event["version"]) == ("index.committed", 1)
def commits(event, at, root):
    return json.dumps(event["payload"], sort_keys=True) == json.dumps({"root": root.hex(), "size": at}, sort_keys=True)
def signed(references, signatures, holds):  # by each of these keys
    for reference, key in references:
        lines = [holds(reference[:-9], key, s) for ref, s in signatures if ref == reference]
        need(lines and all(lines), f"no valid signature by {reference}")
def parse_proof(data):
    head = PROOF.match(data)
    need(head and len(data) <= 2**26, "no proof of completeness, or not in its form")
    parts, at, entries = [f.decode() if f else "" for f in head.groups()], head.end(), {}
    key, size, end, other, count, root, *tables = parts
    def rows(length, text): return need(number(length) * 45 == len(text), "not as many hashes") or [
        unbase64(row) for row in text.split()]
    def take(length, most):
        nonlocal at
        at += need(number(length) <= min(most, len(data) - at), "too long, or cut off") or int(length)
        return data[at - int(length):at]
    checkpoint = take(tables[4], 2**19)
    vouched = re.compile(f"vouched ({D})\n".encode()).match(data, at)
    at = need(vouched, "no line for a statement") or vouched.end()
    statement = take(vouched[1].decode(), 2**19)
    while at < len(data):
        line = re.compile(f"(key-)?entry ({D}) ({D})\n".encode()).match(data, at)
        at = need(line, "no line of an entry") or line.end()
        seq, raw = number(line[2].decode()), take(line[3].decode(), 65535)
        need(seq > max(entries, default=-1) and len(entries) < 10**5, "entries do not ascend, or are too many")
        entries[seq] = (sha(b"\0", raw), bool(line[1]), parse_entry(raw))
        need(entries[seq][2][0] == seq, "an entry of another position")
    siblings = need(number(tables[0]) <= 256, "too many hashes") or rows(*tables[:2])
    other = (bytes.fromhex(other), number(count), bytes.fromhex(root)) if end not in ("found", "empty") else end
    return key, number(size), other, siblings, rows(*tables[2:4]), checkpoint, statement, entries
def check_proof(data, ledger, given):  # the seqs that are shown to be all
    key, size, end, siblings, tree, checkpoint, statement, entries = parse_proof(data)
    own, origin, keys = genesis(*need(0 in entries, "no genesis") or entries[0][2][4:])
    rotated = any(e[2][4]["type"] == "ledger.checkpoint_keys_rotated" for e in entries.values())
    known = [k for k in given if k[0][:-9] == origin]
    need(own == ledger and entries[0][1], "another ledger's genesis")
    need(known or not rotated, "checkpoint keys were rotated: give those that are in force")
    named, total, root, text, signatures = parse_checkpoint(checkpoint)
    signed(need(named == origin, "another ledger's checkpoint") or known or keys[0][1], signatures,
           lambda name, key, s: signed_head(key, s, name, origin, total, root, text))
    seqs, peaks, left = sorted(entries), [], tree[::-1]
    def walk(low, high, shown):  # the tree over [low, high), which passes what the tree at `size` is made of
        if high - low < 2 or not (shown or low < size < high):
            need(shown or left, "too few hashes of the tree")
            return entries[shown[0]][0] if shown else left.pop()
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        first = walk(low, middle, [s for s in shown if s < middle])
        middle <= size < high and peaks.append(first)
        return sha(b"\1", first, walk(middle, high, [s for s in shown if s >= middle]))
    need(seqs[-1] < total and walk(0, total, seqs) == root and not left, "the entries are not those of the checkpoint")
    need(peaks and size in entries and is_commitment(entries[size][2][4]), f"entry {size} is no commitment")
    before, commitment = peaks.pop(), entries[size][2][4]
    while peaks:
        before = sha(b"\1", peaks.pop(), before)
    listed = [s for s in seqs if s < size and key.encode() in index_keys(entries[s][2][4])]
    need(all(s in listed or s == size or entries[s][1] for s in seqs), "an entry that has no business here")
    need((end == "found") == bool(listed), "it has entries and says that there are none, or the other way round")
    path = sha(key.encode())
    node = index_leaf(path, [entries[s][0] for s in listed]) if listed else bytes(32)
    if end not in ("found", "empty"):
        need(end[0] != path and bits(end[0])[:len(siblings)] == bits(path)[:len(siblings)], "a path that ends elsewhere")
        node = sha(b"\2", end[0], end[1].to_bytes(8, "big"), end[2])
    for depth, sibling in reversed([*enumerate(siblings)]):
        node = sha(b"\3", *((sibling, node) if bits(path)[depth] == "1" else (node, sibling)))
    need(commitment.get("ledger") == ledger and commits(commitment, size, node), "they are not all, by the index committed to")
    says = ["accord.index/v1", f"ledger {ledger}", f"tree {size} {before.hex()}", f"index {node.hex()}"]
    lines, stated, signatures = note(statement, 2**19, 4) if statement else ([], b"", [])
    need(not statement or lines[:4] == says, "the statement is about another index")
    vouching = [k for k in given if k not in known]
    need(all(re.fullmatch(".+/index", k[0][:-9]) for k in vouching), "the key of a statement is named NAME/index")
    signed(vouching, signatures, lambda _, key, s: valid(key, s, stated))
    return listed, f"{len(listed)} entries under {key} below {size}, vouched for by {[k[0] for k in vouching]}"
# Policies and cosignatures: section 19.
def parse_policy(data):  # log keys; by name, witnesses (key reference, key) and groups (threshold, members); the quorum
    need(len(data) <= 2**19 and data.endswith(b"\n"), "too long, or cut off")
    need(not re.search(b"[\0-\x08\x0b-\x1f\x7f]", data), "a control character")
    logs, names, used, asked = [], {"none": (0, [])}, {("member", "none")}, []
    def once(*things): return need(len({*things} - used) == len(things), f"{things[0]} twice") or used.update(things)
    for line in re.sub(b"(?m)^[ \t]*#.*", b"", data).decode().split("\n"):
        kind, *words = [word for word in re.split("[ \t]", line) if word] or [None]
        least, most = {None: (0, 0), "log": (1, 2), "witness": (2, 3), "group": (3, 200), "quorum": (1, 1)}.get(kind, (1, 0))
        need(least <= len(words) <= most and all(w in names for w in words[:kind == "quorum"]), f"not a policy's line: {line}")
        if kind in ("log", "witness"):
            entry = vkey(words[least - 1], b"\1\6" if kind == "log" else b"\4\6")
            need(not "".join(words[least:]).startswith("#"), "a comment has a line of its own")
            once(entry[0], (kind, entry[1]))
        elif kind == "group":
            need(all(member in names for member in words[2:]), f"not defined before: {line}")
            once(*(("member", member) for member in words[2:]))
            least = {"any": 1, "all": len(words) - 2}.get(words[1]) or number(words[1])
            entry = need(0 < least <= len(words) - 2, "no threshold") or (least, words[2:])
        if kind in ("witness", "group"):
            names[need(words[0] not in names, "a name twice") or words[0]] = entry
        logs += [entry] if kind == "log" else []
        asked += words if kind == "quorum" else []
    kinds = [type(first) for first, _ in names.values()]
    need(len(asked) == 1 and max(len(logs), kinds.count(str), kinds.count(int) - 1) <= 64, "not one quorum, or too many lines")
    return logs, names, asked[0]
def judge_policy(policy, note):  # whether it is met, the time of the quorum, by when it was there, keys with bad lines
    (logs, names, asked), (origin, size, root, text, signatures) = policy, note
    since, by, broken = {}, {}, []
    def latest(reference, key, own=False):  # the latest time in its lines, if all are valid
        told = [(int.from_bytes(s[:8], "big"), s) for ref, s in signatures if ref == reference]
        plain = own or len(key) > 32
        good = [signed_head(key, s if plain else s[8:], reference[:-9], origin, size, root, text if plain else
                            b"cosignature/v1\ntime %d\n" % at + text) and (own or at < 2**63) for at, s in told]
        all(good) or broken.append(reference)
        return max(at for at, _ in told) if told and all(good) else None
    own = [latest(*log, True) for log in logs if log[0][:-9] == origin]
    unsigned = bool(logs) and not any(at is not None for at in own)
    for name, (first, second) in names.items():  # members stand before their groups
        if isinstance(first, int):
            for times, last in ((since, True), (by, False)):
                said = sorted((times[m] for m in second if times[m] is not None), reverse=last)
                times[name] = (said[first - 1:first] or [None])[0]
        else:
            since[name] = latest(first, second)
            by[name] = since[name] or None
    witnessed = asked == "none" or since[asked] is not None
    return witnessed and not broken and not unsigned, since[asked], by[asked], (broken, witnessed, unsigned)
def check_policy(policy, data, limit, skew):  # what the published checkpoint lacks is reported
    _, since, _, (broken, witnessed, unsigned) = judge_policy(policy, parse_checkpoint(data))
    for reference in broken:
        report("policy-cosignature", None, "a line of it is not valid", reference)
    unsigned and report("policy-log", None, "signed by no log of the policy")
    if not witnessed:
        report("policy-quorum", None, f"the quorum {policy[2]} has not cosigned")
    elif limit is not None and (not since or int(time.time()) - since > limit):
        report("checkpoint-stale", None, f"cosigned as of {since}")
    elif limit is not None and since - int(time.time()) > skew:
        report("cosigned-in-future", None, f"cosigned as of {since}")

# Witnesses and times: section 20.
ALTERED = ("entry-", "genesis-", "seq-", "prev-", "recorded-", "revision-", "ledger-", "event-", "id-", "sign")
def check_witnesses(known, notes, size):  # by its own policies; True if any asks for a witness
    codes, unsound = {code for code, _, _ in problems}, {where for _, _, where in problems}
    harmed = known.gaps or any(code.startswith(ALTERED) for code in codes)
    asks = any(policy[2] != "none" for _, policy in known.policies)
    after, cosigned, sinces, sizes = 0, [], [], {}
    for path in notes:
        if path.startswith("public/witnessed/"):
            name, found = path[17:], attempt(parse_checkpoint, notes[path])
            number_of = int(name) if re.fullmatch(D, name) and int(name) < 2**64 else None
            if path in unsound or found and found[1] == number_of:
                sizes |= {number_of: path} if path not in unsound else {}
            else:
                report("witnessed-name", None, "not named by the size of the checkpoint in it", path)
    def judged(path, binding):
        nonlocal after
        note = attempt(parse_checkpoint, notes.get(path, b""))
        if not note or path in unsound or note[1] > size:
            return
        anchored = [at for _, at, since, _ in known.anchored if at <= note[1] and since]
        known_met = max([min(after, note[1]), *anchored])
        quorums = [judge_policy(policy, note) for policy in known.demanded(known_met, note[1])]
        for reference in {key for *_, (broken, _, _) in quorums for key in broken}:
            report("cosignature-invalid", None, "not its cosignature", f"{path} {reference}")
        if binding:
            met, since, by, _ = quorums[0]
            all(witnessed for *_, (_, witnessed, _) in quorums) or report(
                "checkpoint-quorum", None, "did not meet its quorum", path)
            after = note[1] if all(met for met, *_ in quorums) else known_met
            cosigned.extend([(note[1], by)] if met and since and by else [])
            sinces.extend([(note[1], since)] if met and since and by else [])
    if asks and not harmed:
        for at in sorted(sizes):
            judged(sizes[at], True)
        judged("public/checkpoint", True)
        judged("public/checkpoint.pending", False)
    harmed or known.simulated or check_times(known, cosigned, size) or check_anchoring(known, sinces)
    return asks
def bounds(known, cosigned):  # by rising entry, since when; by rising size, by when: each says more than those before
    since, by = {}, {}
    for seq, at, told, there in sorted(known.anchored):
        cosigned = cosigned + [(at, there)] if there else cosigned
        if told and told > max(since.values(), default=0):
            since[seq] = told
    for at, there in sorted(cosigned, key=lambda c: (-c[0], c[1])):
        if there < min(by.values(), default=2**64):
            by[at] = there
    return since, dict(sorted(by.items()))
def check_times(known, cosigned, size):
    (since, by), start = bounds(known, cosigned), 0
    for below, told in by.items():
        for part, skew in known.pieces(start, min(below, size)):
            late = [s for s in part if known.recorded[s] > (told + skew) * 10**6]
            late and report("recorded-late", late[0], f"there by {told}, which says {below}")
        start = below
    for (seq, told), end in zip(since.items(), [*since][1:] + [size]):
        for part, skew in known.pieces(seq, min(end, size)):
            if known.recorded[part[0]] < (told - skew) * 10**6:
                report("recorded-early", part[0], f"after {told}")
def check_anchoring(known, cosigned):  # how old the newest in the record was when another was cosigned
    for at, told in sorted(cosigned + [(at, told) for _, at, told, _ in known.anchored if told]):
        limit, since, asked = None, 0, None
        for when, seq, charter in known.charters:
            if seq < at:
                found = as_dict(as_dict(as_dict(charter).get("clocks")).get("anchoring")).get("length")
                since = when // 10**6 if limit is None else since
                limit = found if type(found) is int else None
        for first, policy in known.policies:
            if first <= at:
                asked = None if policy[2] == "none" else max(first - 1, 0) if asked is None else asked
        if limit is None or asked is None:
            continue
        below = [there for seq, _, _, there in known.anchored if seq < at and there]
        last = max([since, known.recorded[asked] // 10**6, *below])
        if told - last > limit + known.skew(at):
            return print(f"NOTE anchor-overdue: {at} entries were cosigned at {told}, nothing in the record is younger than {last}")
def as_dict(value):
    return value if isinstance(value, dict) else {}

# Deposits: section 11.
def check_deposit(known, published, size, deposit, event, given):  # in a word, whether it is a finding, and why
    lines, text, signatures = note(deposit, 4096, 4)
    match = re.fullmatch(rf"accord\.deposit/v1\nledger ({HEX})\nevent ({HEX})\ntime ({SECONDS}Z)\n", text.decode())
    need(match and lines[:4] == text.decode().split("\n")[:4], "no deposit")
    ledger, wanted, at = match[1], bytes.fromhex(match[2]), micros(match[3])
    named = [key for _, (_, names, _) in known.policies for key in names.values() if not isinstance(key[0], int)]
    keys = given + [plain_key(*key) for key in named if len(key[1]) == 32]
    need(ledger == known.ledger, f"it is of ledger {ledger}")
    by = [ref for ref, key in keys if any(r == ref for r, _ in signatures)
          and all(valid(key, s, text) for r, s in signatures if r == ref)]
    need(by, "signed by no key that is known")
    seq, charter = known.charter(at)
    limit = as_dict(as_dict(as_dict(charter).get("clocks")).get("submission")).get("length")
    due = at + (limit + known.ahead(charter)) * 10**6 if type(limit) is int else None
    since, _ = bounds(known, [])
    def told(last):  # what speaks against the operator: its own word, and that of anchors before the entry
        own = known.recorded[last] if not known.simulated else 0
        return max([own, *(second * 10**6 for entry, second in since.items() if entry <= last)])
    if wanted in known.events:
        entry = known.events[wanted]
        late = due is not None and told(entry) >= due
        return "taken_in_late" if late else "taken-in", late, f"entry {entry}, at {by[0]}"
    if event is not None:
        _, signed_text, marks = note(event, 60000, 2)
        need(blake3(signed_text).digest() == wanted, "the note is of another event")
        signers = parse_event(signed_text.decode().split("\n"), match[3])[1]
        if [ref for ref, _ in marks] != signers or not all(
                ref in known.keys and valid(known.keys[ref], s, signed_text) for ref, s in marks):
            return "not-owed", False, "not validly signed by keys that the record knows"
    if due is None:
        return "no-limit", False, "no charter that was in force then sets one"
    head = attempt(parse_checkpoint, published or b"")
    cosigned = judge_policy(known.policy(head[1]), head) if head and head[1] <= size else (False, None)
    reached = max(told(size - 1), (cosigned[1] or 0) * 10**6 if cosigned[0] else 0)
    late = reached >= due
    word = ("withheld" if event is not None else "not_taken_in") if late else "not-due"
    return word, late, f"the record reaches {reached // 10**6}, due with all tolerance {due // 10**6}, at {by[0]}"
def plain_key(reference, key):  # that of a cosigner, as it signs plain notes
    return typed_key(reference[:-9], base64.b64encode(b"\1" + key).decode())
def check_checkpoint(path, data, size, leaves, own_origin, heads):
    parsed = attempt(parse_checkpoint, data, code="checkpoint-malformed", where=path)
    origin, at, root, text, signatures = parsed or ("", 0, sha(), b"", [])
    at <= size or report("checkpoint-size", None, f"{at} entries of {size}", path)
    if at <= size and root_of(leaves, 0, at) not in (None, root):
        report("checkpoint-root", None, f"{root.hex()} at {at} is not that of the entries", path)
    for reference, key in next((k for since, k in reversed(heads) if since <= at), []) if parsed else []:
        name = reference[:-9]
        lines = [signed_head(key, s, name, origin, at, root, text) for ref, s in signatures if ref == reference]
        if origin != own_origin or not lines or not all(lines):
            report("checkpoint-signature", None, f"none that is valid by {reference}, for {own_origin}", path)
def check_tiles(load, tiles, leaves, size, published, base):
    rows, end = [leaves], max(leaves, default=-1) + 1
    while rows[-1]:  # rows[l][i] is the hash over entries [i * 256^l, (i + 1) * 256^l), where all are there
        rows.append({i: h for i in {i >> 8 for i in rows[-1]} if (h := root_of(rows[-1], i * 256, i * 256 + 256))})
    published = published if published <= end else 0
    full = min(max(base, published) // 256, end // 256)
    for level in range(-1, 8):
        shift = 8 * max(level, 0)
        due = {published >> shift + 8: {256, (published >> shift) % 256}} | {i: {256} for i in range(full >> shift)}
        for i, widths in due.items():
            if 0 not in widths and not any((level, i, w) in tiles for w in widths) and (level >= 0 or i * 256 in leaves):
                report("tile-missing" if level >= 0 else "entry-missing", i << shift + 8, f"level {level}, tile {i}")
    for (level, i, width), path in tiles.items():
        if level >= 0 and (i * 256 + width) << 8 * level <= size:
            data, row = load(path), rows[level] if level < len(rows) else {}
            wrong = [j for j in range(width) if row.get(i * 256 + j) not in (None, data[32 * j:32 * j + 32])]
            wrong = wrong[:1] if len(data) == 32 * width else [0]
            wrong and report("tile-wrong", i * 256 + wrong[0] << 8 * level, "not the hashes of the entries", path)
def check(root):
    def load(path): return (root / path).read_bytes()
    lost = (root / "private").is_dir() and attempt((root / "private/tail").exists) is False
    tail = b"" if lost else attempt(load, "private/tail")
    parsed = tail is not None and attempt(parse_tail, tail, code="tail-malformed", where="private/tail")
    base, prev, held, head = parsed or (0, None, [], None)
    whole, acknowledged, tiles = tail is not None and not problems, base + len(held), {}
    entries, unreadable, notes = dict(enumerate(held, base)), set(), {"private/tail": head} if head else {}
    for path in (p.relative_to(root).as_posix() for p in (root / "public").rglob("*") if not p.is_dir()):
        evidence = re.fullmatch("public/evidence/(..)/(\\1[0-9a-f]{62})", path)
        if tile := TILE.fullmatch(path):
            tiles[int(tile[1].replace("entries", "-1")), int(re.sub("[x/]", "", tile[2])), int(tile[3] or 256)] = path
        elif re.match("public/(checkpoint(.pending)?$|witnessed/)", path):
            notes[path] = load(path)
        elif path != "public/incoming.tmp" and not (evidence and blake3(load(path)).hexdigest() == evidence[2]):
            report("file-unexpected", None, "not known here, or not what its name says", path)
    published = (attempt(parse_checkpoint, notes.get("public/checkpoint", b"")) or (0, 0))[1]
    size = max(acknowledged, published)
    published_or_waits = "public/checkpoint" in notes or "public/checkpoint.pending" in notes
    tiles and not published_or_waits and report("checkpoint-malformed", None, "public/checkpoint is missing")
    whole and published > acknowledged and report("checkpoint-size", None, f"{published} published, {acknowledged} kept")
    for (level, index, width), path in sorted(tiles.items(), reverse=True):  # the widest of each bundle first
        if (index * 256 + width) << 8 * max(level, 0) > size:
            continue  # a writer may be at work
        elif level < 0:
            copy = attempt(parse_bundle, load(path), width, code="bundle-malformed", seq=index * 256, where=path)
            copy or unreadable.add(index)
            wrong = [at for at, entry in enumerate(copy or [], index * 256) if entries.setdefault(at, entry) != entry]
            wrong and report("bundle-malformed", wrong[0], "another entry than was read", path)
    known, last = judge(entries, size, unreadable)
    leaves, origin, heads = known.leaves, known.origin, known.heads
    prev and size == base and last not in (None, prev) and report("prev-wrong", base, f"{prev} in the tail, not {last}")
    check_tiles(load, tiles, leaves, size, published, base)
    for path, data in notes.items():
        check_checkpoint(path, data, size, leaves, origin, heads)
    return size, root_of(leaves, 0, size), notes, known
def main(arguments):
    root = Path(*arguments[:1])
    if len(arguments) > 1 and root.is_file() and re.fullmatch(HEX, arguments[1]):
        try:
            listed, told = check_proof(root.read_bytes(), arguments[1], [vkey(text, b"\1\6") for text in arguments[2:]])
        except BAD as bad:
            return print("COMPLETENESS failed:", bad.args[0]) or 1
        return print("COMPLETENESS ok:", told, *listed)
    if not arguments or not any((root / path).exists() for path in ("public/checkpoint", "private/tail")):
        return print(f"{__doc__}\nThere is no ledger in {' '.join(arguments) or '?'}.", file=sys.stderr) or 2
    policy = limit = deposit = event = None
    try:
        rest = [Path(path).read_bytes() if n == 0 else path for n, path in enumerate(arguments[1:])]
        if rest and rest[0].startswith(b"accord.deposit/v1\n"):
            deposit, *rest = rest
            if rest and "+" not in rest[0]:
                event, *rest = [Path(rest[0]).read_bytes(), *rest[1:]]
            given = [depositary(text) for text in rest]
        elif rest:
            policy, limit = parse_policy(rest[0]), [*map(number, rest[1:]), None][0]
            need(len(rest) < 3, "more than a policy and a number")
    except BAD as bad:
        return print(f"no policy, deposit, event, key or number in {arguments[1:]}: {bad.args[0]}", file=sys.stderr) or 2
    size, head, notes, known = check(root)
    broken, published = len(problems), notes.get("public/checkpoint")
    asks = check_witnesses(known, notes, size)
    if policy and published and not any(where == "public/checkpoint" for _, _, where in list(problems)[:broken]):
        check_policy(policy, published, limit, known.ahead(known.charter()[1]))
    elif policy:
        report("policy-quorum", None, "no checkpoint is published that a policy could be met by")
    for (code, seq, where), why in sorted(problems.items(), key=lambda p: (p[0][1] is None, p[0][1] or 0, p[0])):
        print(code, "-" if seq is None else seq, where, why)
    answered = attempt(check_deposit, known, published, size, deposit, event, given) if deposit and not broken else None
    if policy or asks or len(problems) > broken:
        by = f", and by the policy {arguments[1]}" if policy else ""
        print(f"WITNESSES {'failed' if len(problems) > broken else 'ok'}: by the ledger's own policies{by}")
    if deposit:
        word, found, why = answered or ("not judged", True, "it is none of this ledger's, or the record is damaged")
        print(f"DEPOSIT {word}: {why}")
    verdict, head = "failed" if broken else "ok", head.hex() if head else "unknown"
    print(f"INTEGRITY {verdict}: {size} entries, root {head}, {broken} problems")
    return bool(problems or deposit and found)
def depositary(text):  # a key that signs deposits, as it is or as a policy names it
    return attempt(vkey, text) or plain_key(*vkey(text, b"\4"))
sys.exit(main(sys.argv[1:]))
