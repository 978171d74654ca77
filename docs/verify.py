#!/usr/bin/env python3
"""Checks the INTEGRITY of an Accord ledger's directory, as docs/format.md section 16 says.

Usage: verify.py [--json] DIRECTORY        Needs: pip install blake3 pynacl
Exit code: 0 if INTEGRITY holds, 1 if not, 2 if there is nothing to judge.
"""
import base64, hashlib, json, re, sys
from datetime import datetime
from pathlib import Path
from blake3 import blake3
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

CODE, HEX, ZERO, D = "[a-z0-9][a-z0-9._-]{0,63}", "[0-9a-f]{64}", "0" * 64, "(?:0|[1-9][0-9]{0,19})"
PAIR, SECONDS, MEDIA = rf"{CODE}/{CODE}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d", r"[a-z0-9!#$&^_.+-]{1,127}"
HEADER = rf'\{{"seq":({D}),"revision":({D}),"prev":"({HEX})","recorded":"({SECONDS}\.\d{{6}}Z)"\}}'
UUID7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
FORBIDDEN = "[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
TILE = (r"tile/(entries|\d|[1-5]\d|6[0-3])/((?:x(?!000)\d{3}/(?:x\d{3}/)*)?\d{3})"
        r"(?:\.p/([1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?")
RECORD = re.compile(f"(?:base {D} {HEX}|frame {D} {D} {D} {HEX}|checkpoint {D} {D}) {HEX}\n".encode())
NAMED = {"ledger.initialised": ["key_authority", "operator"], "ledger.authority_changed": ["key_authority"]} | dict.fromkeys(
    ["ledger.operator_key_rotated", "participant.enrolled", "key.added", "key.rotated"], ["vkey"])
BAD = (ValueError, RecursionError, BadSignatureError)  # what is read is not what it should be
problems = {}  # (code, seq or None, file) -> words

def report(code, seq, why, where=""):
    problems.setdefault((code, seq, where), str(why))
def need(condition, why, torn=False):
    if not condition:
        raise ValueError(why, torn)
def like(pattern, value, why):
    need(isinstance(value, str) and re.fullmatch(pattern, value, re.A | re.S), why)
    return value
def attempt(how, *values):
    try:
        return how(*values)
    except BAD:
        return None
def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()
def unbase64(text):
    data = base64.b64decode(like(".*", text, "not base64"), validate=True)
    need(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data
def number(text):
    need(int(like(D, text, "not a decimal")) < 2**64, f"{text} is too large")
    return int(text)
def instant(text, pattern=SECONDS + "Z"):
    datetime.strptime(like(pattern, text, "not an instant")[:19], "%Y-%m-%dT%H:%M:%S")
    return text

# Keys and signatures: section 2, which is libsodium's rule to the letter.
def valid(key, signature, message):
    return len(signature) == 64 and attempt(crypto_sign_open, signature + message, key) is not None
def typed_key(name, text):
    typed = unbase64(text)
    need(len(typed) == 33 and typed[0] == 1 and crypto_core_ed25519_is_valid_point(typed[1:]), "no accepted public key")
    return f"{name}+{sha(name.encode(), bytes([10]), typed).hex()[:8]}", typed[1:]
def vkey(text):
    name, key_id, typed = (like(".+", text, "not a vkey").split("+", 2) + ["", ""])[:3]
    need(name and not re.search(r"\s|" + FORBIDDEN, name), "not a vkey")
    found = typed_key(name, typed)
    need(found[0] == f"{name}+{key_id}", "a vkey with another key id")
    return found
def checkpoint_keys(origin, values):
    need(isinstance(values, list) and 1 <= len(values) <= 4, "not 1 to 4 checkpoint keys")
    return [typed_key(origin, value) for value in values]

# Notes, events, entries, checkpoints: sections 3 to 5 and 8.
def strict_json(line):
    def unique(pairs):
        need(len(dict(pairs)) == len(pairs), "a member stands twice")
        return dict(pairs)
    def integer(text):
        need(re.fullmatch("0|-?[1-9][0-9]{0,15}", text) and abs(int(text)) < 2**53, f"{text} is not an integer")
        return int(text)
    def walk(value, depth):
        need(not isinstance(value, str) or not re.search(FORBIDDEN, value), "a forbidden character")
        need(not isinstance(value, (dict, list)) or depth < 16, "nested deeper than 16")
        for item in [*value, *getattr(value, "values", list)()] if isinstance(value, (dict, list)) else []:
            walk(item, depth + 1)
        return value
    hooks = dict.fromkeys(("parse_int", "parse_float", "parse_constant"), integer)
    return walk(json.loads(line, object_pairs_hook=unique, **hooks), 0)
def members(value, required, optional=""):
    must = set(required.split())
    need(isinstance(value, dict) and must <= set(value) <= must | set(optional.split()), f"not members {required}")
    return value
def whole(value, low=0, high=2**53):
    need(type(value) is int and low <= value < high, f"{value!r} is not a number in range")
def check_event(event):
    members(event, "id type version stream signers issued occurred seen payload", "ledger expects evidence relates")
    like(HEX, event.get("ledger", ZERO), "ledger"), like(UUID7, event["id"], "id"), instant(event["issued"])
    need("." in like(CODE, event["type"], "type") and all(event["type"].split(".")), "type")
    whole(event["version"], 1, 2**32), like(PAIR, event["stream"], "stream"), whole(event.get("expects", 0))
    for name, most in (("signers", 16), ("evidence", 2**16), ("relates", 2**16)):
        need(name not in event or isinstance(event[name], list) and 1 <= len(event[name]) <= most, name)
    for signer in event["signers"]:
        like(PAIR + r"\+[0-9a-f]{8}", members(signer, "key as")["key"], "signer"), like(CODE, signer["as"], "role")
    need(len({s["key"] for s in event["signers"]}) == len(event["signers"]), "a signer twice")
    occurred, seen = members(event["occurred"], "from precision", "until"), members(event["seen"], "size root")
    like("second|minute|hour|day|month|year|unknown", occurred["precision"], "precision"), instant(occurred["from"]), whole(seen["size"])
    need("until" not in occurred or instant(occurred["until"]) > occurred["from"], "until")
    need(like(HEX, seen["root"], "seen") == sha().hex() or seen["size"], "seen")
    for item in event.get("evidence", []):
        kind = "commitment" if isinstance(item, dict) and "commitment" in item else "blake3"
        whole(members(item, f"{kind} bytes" + " media_type name" * (kind == "blake3"))["bytes"])
        like(HEX, item[kind], "evidence"), like(f"{MEDIA}/{MEDIA}", item.get("media_type", "a/a"), "media_type")
        need(len(like("[^/]+", item.get("name", "a"), "name").encode()) <= 255, "name")
    for item in event.get("relates", []):
        like(HEX, members(item, "event rel")["event"], "relates")
        like("responds_to|supports|contradicts|causes|corrects|endorses", item["rel"], "rel")
    need(isinstance(event["payload"], dict), "payload")
def note(data, limit, height):  # its lines; its text of so many lines; its signatures by key reference
    need(len(data) <= limit and data.endswith(b"\n"), "too long, or its end is missing")
    need(not re.search(b"[\0-\x09\x0b-\x1f\x7f]", data), "a control character")
    lines = data.decode().split("\n")[:-1]
    need(height + 1 < len(lines) <= height + 101 and not lines[height], f"not {height} lines and signatures")
    parts = [re.fullmatch("\u2014 ([^\\s+\x80-\x9f]+) ([^ ]+)", line) for line in lines[height + 1:]]
    need(all(p and len(unbase64(p[2])) > 4 for p in parts), "not a signature line")
    signatures = [(f"{p[1]}+{unbase64(p[2])[:4].hex()}", unbase64(p[2])[4:]) for p in parts]
    return lines, "\n".join(lines[:height]).encode() + b"\n", signatures
def parse_entry(data):
    need(len(data) <= 65535 and data.startswith(b"accord.entry/v1\n") and data.count(b"\n") > 2, "not an entry")
    _, header, rest = data.split(b"\n", 2)
    match, (lines, text, signatures) = re.fullmatch(HEADER, header.decode(), re.A), note(rest, 60000, 2)
    need(match and lines[0] == "accord.event/v1", "not an entry's header, or not an event")
    event = strict_json(lines[1])
    check_event(event)
    need([ref for ref, _ in signatures] == [s["key"] for s in event["signers"]], "not the signers' lines")
    need(all(len(s) == 64 for _, s in signatures), "a signature has 64 bytes")
    return number(match[1]), number(match[2]), match[3], instant(match[4], ".*"), event, text, signatures
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
    need(at == len(data) and len(entries) == count, f"not {count} entries")
    return entries

# The tail: section 15.
def tail_record(data, at):  # kind, numbers, prev, body, end
    match = RECORD.match(data, at, at + 199)
    *fields, check = match[0][:-1].decode().split(" ") if match else ["", ""]
    numbers, rest = [int(f) for f in fields[1:] if len(f) < 64], data[match.end() if match else at:]
    size = numbers[-1] if fields[0] != "base" and match else 0
    def fits(length, body):
        fields[len(numbers)] = str(length) if fields[0] != "base" else fields[1]
        return blake3(" ".join(fields).encode() + body, derive_key_context="accord tail v1").hexdigest() == check
    def zeros():  # a sector that never reached the disk
        return any(not data[max(at, s):s + 512].strip(b"\0") for s in range(at - at % 512, len(data), 512))
    limits = {"frame": (2**64, 4097, 2**24 + 1), "checkpoint": (2**64, 2**19 + 1)}.get(fields[0], (2**64,))
    if not match or any(n >= limit for n, limit in zip(numbers, limits)):
        need(False, "no header of a record", len(data) - at <= 199 and b"\n" not in data[at:] or zeros())
    if size > len(rest):
        need(False, "a record breaks off", not fits(len(rest), rest))
    if not fits(size, rest[:size]):
        need(False, "a checksum is not its record's", zeros())
    return fields[0], numbers, fields[-1], rest[:size], match.end() + size
def parse_tail(data):  # base, its prev, entries covered, checkpoint notes with their sizes, what is wrong
    need(data.startswith(b"accord.tail/v1\n"), "not a tail of this version")
    kind, (base, *_), prev, _, at = tail_record(data, 15)
    need(kind == "base" and base % 256 == 0 and (base == 0) == (prev == ZERO), "no base record")
    entries, covered, notes, frames, last, wrong = [], 0, [], 0, prev, None
    while at < len(data) and not wrong:
        try:
            kind, values, before, body, after = tail_record(data, at)
            need(values[0] == base + len(entries) and kind != "base", f"a {kind} record out of order")
            if kind == "frame":
                need(before == last and values[1], "a frame out of order")
                entries += parse_bundle(body, values[1])
                frames, last = frames + 1, blake3(entries[-1]).hexdigest()
            else:
                need(frames or not notes, "a checkpoint record without a frame")
                notes, frames, covered = notes + [(values[0], body)], 0, len(entries)
            at = after
        except BAD as bad:
            later = (attempt(tail_record, data, at + m.start()) for m in re.finditer(b"checkpoint ", data[at:]))
            wrong = bad.args[0] if not bad.args[1] or frames > 1 or any(later) else None
            break
    need(notes, wrong or "no checkpoint record")
    return base, prev, entries[:covered], notes, wrong or (frames > 1 and "frames without a checkpoint record")

# Genesis and keys: sections 6 and 7.
def event_keys(event):  # what is no vkey is passed over
    values = [event["payload"].get(m) for m in NAMED.get(event["type"], ()) if event["version"] == 1]
    lists = [v.get("keys") if isinstance(v, dict) else [v] for v in values]
    return [k for v in lists if isinstance(v, list) for k in (attempt(vkey, text) for text in v) if k]
def genesis(event, text, signatures):  # ledger id, origin, checkpoint keys
    p, authority, keys = event["payload"], event["payload"].get("key_authority"), event_keys(event)
    need((event["type"], event["version"]) == ("ledger.initialised", 1) and "ledger" not in event, "no genesis event")
    need(len(like(rf"{CODE}(/{CODE})*", p.get("name"), "name")) <= 200, "name")
    need(p.get("suites") == ["ed25519", "blake3", "rfc6962-sha256"] and isinstance(authority, dict), "suites")
    count = len(authority["keys"]) if isinstance(authority.get("keys"), list) else 0
    need(1 <= count <= 15 and len(keys) == count + 1 == len({k for _, k in keys}), "event keys")
    whole(authority.get("threshold"), 1, count + 1)
    need(len({like(PAIR, ref[:-9], "key name").split("/")[0] for ref, _ in keys}) == len(keys), "two keys of one participant")
    roles = {ref: "key_authority" for ref, _ in keys[:-1]} | {keys[-1][0]: "operator"}
    need({s["key"]: s["as"] for s in event["signers"]} == roles, "the signers are not the keys that it names")
    need(all(valid(dict(keys)[ref], s, text) for ref, s in signatures), "a signature is not valid")
    ledger = blake3(text).hexdigest()
    return ledger, f"{p['name']}/{ledger[:32]}", checkpoint_keys(f"{p['name']}/{ledger[:32]}", p.get("checkpoint_keys"))

# The entries in order, each judged against what was found before it: section 16.
class Ledger:
    id, origin, prev, recorded, gaps = None, None, ZERO, "", 0
    def __init__(self):
        self.leaves, self.keys, self.checkpoint_keys, self.streams, self.ids, self.events = {}, {}, [], {}, set(), set()
    def missing(self, at, prev=None):
        self.prev, self.gaps = prev, self.gaps + 1
        at or report("genesis-invalid", 0, "entry 0 is missing or malformed")
    def judge(self, at, data):
        self.leaves[at], prev, found = sha(b"\0", data), self.prev, blake3(data).hexdigest()
        try:
            seq, revision, named, recorded, event, text, signatures = parse_entry(data)
        except BAD as bad:
            return report("entry-malformed", at, bad.args[0]), self.missing(at, found)
        if at == 0:
            try:
                self.id, self.origin, keys = genesis(event, text, signatures)
                self.checkpoint_keys.append((0, keys))
            except BAD as bad:
                report("genesis-invalid", 0, bad.args[0])
        (last, gaps), event_hash = self.streams.get(event["stream"], (-1, 0)), blake3(text).digest()
        name, judged = (signatures[0][0].split("/")[0], event["id"]), self.id and at
        unknown = judged and [ref for ref, _ in signatures if ref not in self.keys]
        for code, wrong, why in (
                ("seq-wrong", seq != at, f"found {seq}"),
                ("prev-wrong", prev and named != prev, f"expected {prev}, found {named}"),
                ("recorded-decreases", recorded < self.recorded, f"{recorded} after {self.recorded}"),
                ("revision-wrong", revision <= last or revision > last + 1 and gaps == self.gaps, f"{revision} after {last}"),
                ("ledger-wrong", judged and event.get("ledger") != self.id, f"found {event.get('ledger')}"),
                ("event-repeated", event_hash in self.events, event_hash.hex()),
                ("id-repeated", event_hash not in self.events and name in self.ids, " ".join(name)),
                ("signer-unknown", unknown, f"no entry before names {unknown}"),
                ("signature-invalid", judged and not unknown and not all(
                    valid(self.keys[ref], s, text) for ref, s in signatures), "a signature is not valid")):
            wrong and report(code, at, why)
        self.streams[event["stream"]], self.recorded, self.prev = (revision, self.gaps), recorded, found
        self.events.add(event_hash), self.ids.add(name)
        for reference, key in event_keys(event) if self.id else []:
            self.keys.setdefault(reference, key)
        if judged and (event["type"], event["version"]) == ("ledger.checkpoint_keys_rotated", 1):
            keys = attempt(checkpoint_keys, self.origin, event["payload"].get("checkpoint_keys"))
            self.checkpoint_keys += [(at + 1, keys)] if keys else []
    def tree(self):  # rows[l][i] is the hash over entries [i * 256^l, (i + 1) * 256^l), where all are there
        self.rows, self.end = [self.leaves], max(self.leaves, default=-1) + 1
        while self.end >> 8 * len(self.rows):
            self.rows.append({i: self.root(i << 8 * len(self.rows), i + 1 << 8 * len(self.rows))
                              for i in range(self.end >> 8 * len(self.rows))})
    def root(self, low, high):  # None where an entry is missing
        level = (high - low).bit_length() // 8
        if high - low == 256**level and level < len(self.rows):
            return self.rows[level].get(low >> 8 * level)
        middle = low + (1 << max(high - low - 1, 1).bit_length() - 1)
        left, right = (self.root(low, middle), self.root(middle, high)) if high else (None, None)
        return left and right and sha(b"\1", left, right) if high else sha()

def check_checkpoint(ledger, size, path, note, recorded):
    try:
        origin, at, root, text, signatures = parse_checkpoint(note)
    except BAD as bad:
        return report("checkpoint-malformed", None, bad.args[0], path)
    if at > size or recorded not in (None, at):
        report("checkpoint-size", None, f"{at}, not {size if recorded is None else recorded}", path)
    if at <= size and ledger.root(0, at) not in (None, root):
        report("checkpoint-root", None, f"{root.hex()} at {at}, not {ledger.root(0, at).hex()}", path)
    for reference, key in next((k for since, k in reversed(ledger.checkpoint_keys) if since <= at), []):
        lines = [valid(key, s, text) for ref, s in signatures if ref == reference]
        if origin != ledger.origin or not lines or not all(lines):
            report("checkpoint-signature", None, f"none that is valid by {reference}, for {ledger.origin}", path)

def check_tiles(ledger, load, size, published, base, tiles):
    published = published if published <= ledger.end else 0
    full = min(max(base, published) // 256, ledger.end // 256)
    for level in range(-1, 8):
        shift = 8 * max(level, 0)
        widths = {published >> shift + 8: {256, (published >> shift) % 256}} | {i: {256} for i in range(full >> shift)}
        for i, allowed in sorted(widths.items()):
            if (i < full >> shift or 0 not in allowed) and not allowed & set(tiles.get((level, i), {})):
                first = i << shift + 8
                if level >= 0 or first in ledger.leaves:
                    report("entry-missing" if level < 0 else "tile-missing", first, f"level {level}, tile {i} is not there")
    for (level, i), files in tiles.items():
        for width, path in files.items() if level >= 0 else []:
            if (i * 256 + width) << 8 * level > size:
                continue  # a writer may be at work
            data, row = load(path), ledger.rows[level] if level < len(ledger.rows) else {}
            wrong = [j for j in range(width) if row.get(i * 256 + j, b"") not in (b"", None, data[32 * j:32 * j + 32])]
            if len(data) != 32 * width or wrong:
                j = 0 if len(data) != 32 * width else wrong[0]
                report("tile-wrong", i * 256 + j << 8 * level, "not the hashes of the entries", path)

def check(root):
    base, prev, entries, broken, notes, tiles = 0, None, [], True, [], {}
    load = lambda path: (root / "public" / path).read_bytes()
    try:
        base, prev, entries, notes, broken = parse_tail((root / "private/tail").read_bytes())
        need(not broken, broken)
    except BAD as bad:
        report("tail-malformed", None, bad.args[0], "private/tail")
    except OSError as error:
        if isinstance(error, FileNotFoundError) and (root / "private").is_dir():
            report("tail-malformed", None, "there is private/ but no tail", "private/tail")
    notes, acknowledged, published = [("private/tail", n, s) for s, n in notes], base + len(entries), None
    for file in (root / "public").rglob("*"):
        if not file.is_dir():
            path = file.relative_to(root / "public").as_posix()
            tile, evidence = re.fullmatch(TILE, path, re.A), re.fullmatch(r"evidence/(..)/(\1[0-9a-f]{62})", path)
            if tile:
                place = int(tile[1].replace("entries", "-1")), int(re.sub("[x/]", "", tile[2]))
                tiles.setdefault(place, {})[int(tile[3] or 256)] = path
            elif path in ("checkpoint", "checkpoint.pending") or path.startswith("witnessed/"):
                notes.append((path, load(path), None))
                published = (attempt(parse_checkpoint, load(path)) or (0, 0))[1] if path == "checkpoint" else published
            elif path != "incoming.tmp" and not (evidence and blake3(load(path)).hexdigest() == evidence[2]):
                report("file-unexpected", None, "not known here, or not what its name says", path)
    if tiles and published is None:
        report("checkpoint-malformed", None, "missing, though there are tiles or bundles", "checkpoint")
    if not broken and (published or 0) > acknowledged:
        report("checkpoint-size", None, f"{published} published, {acknowledged} acknowledged", "checkpoint")
    ledger, at, lost, published, size = Ledger(), 0, False, published or 0, max(acknowledged, published or 0)
    indexes = {i for level, i in tiles if level < 0} | set(range(base // 256, -(-acknowledged // 256)))
    for index in sorted(indexes) + [-(-size // 256)]:  # the last to see what is missing at the end
        first, malformed = index * 256, False
        found = {at: entries[at - base] for at in range(max(first, base), min(first + 256, acknowledged))}
        for width, path in sorted(tiles.get((-1, index), {}).items(), reverse=True):
            if first + width > size:
                continue  # a writer may be at work
            copy = attempt(parse_bundle, load(path), width) or []
            malformed = malformed or not copy
            wrong = next((at for at, entry in enumerate(copy, first) if found.setdefault(at, entry) != entry), None)
            if not copy or wrong is not None:
                report("bundle-malformed", wrong or first, f"not {width} entries, or another one than was read", path)
        while at < min(first + 256, size):
            if at in found:
                ledger.judge(at, found[at])
            else:
                lost or at >= first and malformed or report("entry-missing", at, "no file holds it")
                ledger.missing(at)
            lost, at = at not in found, max(at + 1, min(first, size))
    if prev and at == base and ledger.prev not in (None, prev):
        report("prev-wrong", base, f"expected {ledger.prev}, the tail's base names {prev}", "private/tail")
    ledger.tree()
    check_tiles(ledger, load, size, published, base, tiles)
    for path, note, recorded in notes:
        check_checkpoint(ledger, size, path, note, recorded)
    return size, ledger.root(0, size) if size <= ledger.end else None

def main(arguments):
    paths = [Path(a) for a in arguments if a != "--json"]
    if len(paths) != 1 or not any((paths[0] / p).exists() for p in ("public/checkpoint", "private/tail")):
        print(f"{__doc__}\nThere is no ledger in {' '.join(map(str, paths))}.", file=sys.stderr)
        return 2
    size, root = check(paths[0])
    found = [{"code": c, "seq": s, "detail": f"{w} {why}".strip()} for (c, s, w), why in sorted(
        problems.items(), key=lambda item: (item[0][1] is None, item[0][1] or 0, item[0]))]
    result = {"verdict": "failed" if found else "ok", "size": size, "root": root and root.hex(), "problems": found}
    lines = [f"{p['code']} seq={'-' if p['seq'] is None else p['seq']} {p['detail']}" for p in found]
    lines.append(f"INTEGRITY {result['verdict']}: {size} entries, root {result['root']}, {len(found)} problems")
    print(json.dumps(result) if "--json" in arguments else "\n".join(lines))
    return bool(found)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
