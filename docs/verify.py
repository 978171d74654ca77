#!/usr/bin/env python3
"""Checks the INTEGRITY of an Accord ledger's directory, as docs/format.md section 16 says.

Usage: verify.py [--json] DIRECTORY        Needs: pip install blake3 cryptography
Exit code: 0 if INTEGRITY holds, 1 if not, 2 if there is nothing to judge.
"""
import base64, hashlib, json, os, re, sys
from datetime import datetime
from blake3 import blake3
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

CODE, HEX, ZERO, MAX64 = "[a-z0-9][a-z0-9._-]{0,63}", "[0-9a-f]{64}", "0" * 64, 2**64
KEY, SECONDS = rf"{CODE}/{CODE}\+[0-9a-f]{{8}}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d"
HEADER = rf'\{{"seq":(\d+),"revision":(\d+),"prev":"({HEX})","recorded":"({SECONDS}\.\d{{6}}Z)"\}}'
UUID7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
MEDIA, CONTROL = r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}", "[\0-\x09\x0b-\x1f\x7f]"
FORBIDDEN = "[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
RELS = "responds_to supports contradicts causes corrects endorses".split()
PRECISIONS = "second minute hour day month year unknown".split()
TAIL = {"base": (0, MAX64, HEX), "frame": (3, MAX64, 4097, 2**24 + 1, HEX), "checkpoint": (2, MAX64, 2**19 + 1)}
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SMALL = {bytes.fromhex(y + e) for y, ends in (
    ("01" + "00" * 30, ["00"]), ("ec" + "ff" * 30, ["7f"]), ("00" * 31, ["00", "80"]),
    ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", ["05", "85"]),
    ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03", ["7a", "fa"])) for e in ends}
problems = {}  # (code, seq or None, file) -> words

class Bad(Exception):
    """What is read is not what it should be: why, and whether a crash could have left it so."""

def report(code, seq, why, where=""):
    problems.setdefault((code, seq, where), str(why))

def need(condition, why, torn=False):
    if not condition:
        raise Bad(why, torn)

def like(pattern, value, why):
    need(isinstance(value, str) and re.fullmatch(pattern, value, re.A), why)
    return value

def decode(how, *values):
    try:
        return how(*values)
    except (ValueError, RecursionError) as error:
        raise Bad(str(error), False) from error

def attempt(how, *values):
    try:
        return how(*values)
    except (Bad, InvalidSignature):
        return None

def unbase64(text):
    data = decode(lambda: base64.b64decode(text.encode("ascii"), validate=True))
    need(base64.b64encode(data).decode() == text, "base64 in another spelling")
    return data

def number(text, limit=MAX64):
    need(int(like("0|[1-9][0-9]{0,19}", text, "not a decimal")) < limit, f"{text} is too large")
    return int(text)

def instant(text, pattern=SECONDS + "Z"):
    decode(datetime.strptime, like(pattern, text, "not an instant")[:19], "%Y-%m-%dT%H:%M:%S")
    return text

def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e, f, c, z = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2), 2 * t1 * t2 * D, 2 * z1 * z2
    e, f, g, h = f - e, z - c, z + c, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P

def accepted_key(key):  # canonical, not of small order, without torsion: [L]A is the identity
    y = int.from_bytes(key, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    need(y < P and key not in SMALL and x and (x * x - square) % P == 0, "not an accepted public key")
    x, total = x if x & 1 == key[31] >> 7 else P - x, (0, 1, 1, 0)
    for bit in bin(L)[2:]:
        total = add(total, total)
        total = add(total, (x, y, 1, x * y % P)) if bit == "1" else total
    need(total[0] == 0 and total[1] == total[2], "a public key with torsion")
    return Ed25519PublicKey.from_public_bytes(key)

def valid(key, s, message):  # OpenSSL alone would accept an R of small order
    canonical = len(s) == 64 and s[:32] not in SMALL and int.from_bytes(s[32:], "little") < L
    return canonical and attempt(lambda: key.verify(s, message) or True)

def typed_key(name, text):
    typed = unbase64(like(".*", text, "not a key"))
    need(len(typed) == 33 and typed[0] == 1, "not an Ed25519 key")
    return f"{name}+{sha(name.encode(), bytes([10]), typed).hex()[:8]}", accepted_key(typed[1:])

def vkey(text):
    name, key_id, typed = (like(".+", text, "not a vkey").split("+", 2) + ["", ""])[:3]
    need(name and not re.search(r"\s|" + FORBIDDEN, name), "not a vkey")
    found = typed_key(name, typed)
    need(found[0] == f"{name}+{key_id}", "a vkey with another key id")
    return found

def strict_json(line):
    def unique(pairs):
        need(len(dict(pairs)) == len(pairs), "a member stands twice")
        return dict(pairs)
    def integer(text):
        need(re.fullmatch("0|-?[1-9][0-9]{0,15}", text) and abs(int(text)) < 2**53, f"{text} is not an integer")
        return int(text)
    def walk(value, depth):
        need(not isinstance(value, str) or not re.search(FORBIDDEN, value), "a forbidden character")
        if isinstance(value, (dict, list)):
            need(depth < 16, "nested deeper than 16")
            for item in list(value) + (list(value.values()) if isinstance(value, dict) else []):
                walk(item, depth + 1)
    value = decode(lambda: json.loads(line, object_pairs_hook=unique, parse_int=integer,
                                      parse_float=lambda _: integer("."), parse_constant=lambda _: integer(".")))
    walk(value, 0)
    return value

def members(value, required, optional=""):
    must = set(required.split())
    need(isinstance(value, dict) and must <= set(value) <= must | set(optional.split()), f"not members {required}")
    return value

def whole(value, low=0, high=2**53):
    need(type(value) is int and low <= value < high, f"{value!r} is not a number in range")

def check_event(event):
    members(event, "id type version stream signers issued occurred seen payload", "ledger expects evidence relates")
    like(HEX, event.get("ledger", ZERO), "ledger"), like(UUID7, event["id"], "id"), like(CODE, event["type"], "type")
    need("." in event["type"] and all(event["type"].split(".")), "type"), whole(event["version"], 1, 2**32)
    like(f"{CODE}/{CODE}", event["stream"], "stream"), whole(event.get("expects", 0)), instant(event["issued"])
    for name, most in (("signers", 16), ("evidence", 2**16), ("relates", 2**16)):
        need(name not in event or isinstance(event[name], list) and 1 <= len(event[name]) <= most, name)
    for signer in event["signers"]:
        like(KEY, members(signer, "key as")["key"], "signer"), like(CODE, signer["as"], "role")
    need(len({s["key"] for s in event["signers"]}) == len(event["signers"]), "a signer twice")
    occurred, seen = members(event["occurred"], "from precision", "until"), members(event["seen"], "size root")
    need(occurred["precision"] in PRECISIONS, "precision"), instant(occurred["from"]), whole(seen["size"])
    need("until" not in occurred or instant(occurred["until"]) > occurred["from"], "until")
    need(like(HEX, seen["root"], "seen") == sha().hex() or seen["size"], "seen")
    for item in event.get("evidence", []):
        kind = "commitment" if isinstance(item, dict) and "commitment" in item else "blake3"
        members(item, "commitment bytes" if kind == "commitment" else "blake3 bytes media_type name")
        whole(item["bytes"]), like(HEX, item[kind], "evidence"), like(MEDIA, item.get("media_type", "a/a"), "media_type")
        need(len(like("[^/]+", item.get("name", "a"), "name").encode()) <= 255, "name")
    for item in event.get("relates", []):
        like(HEX, members(item, "event rel")["event"], "relates"), need(item["rel"] in RELS, "rel")
    need(isinstance(event["payload"], dict), "payload")

def note_lines(data, limit):
    need(len(data) <= limit and data.endswith(b"\n"), "too long, or its end is missing")
    need(not re.search(CONTROL, decode(data.decode)), "a control character")
    return data[:-1].decode().split("\n")

def signature_line(line):
    mark, name, data = (line + "  ").split(" ")[:3]
    need(mark == "\u2014" and name and line.count(" ") == 2 and not re.search(r"\s|\+|[\x80-\x9f]", name), "signature line")
    need(len(unbase64(data)) > 4, "signature line")
    return f"{name}+{unbase64(data)[:4].hex()}", unbase64(data)[4:]

def parse_entry(data):
    need(len(data) <= 65535 and data.count(b"\n") > 2, "not an entry")
    first, header, note = data.split(b"\n", 2)
    match, lines = re.fullmatch(HEADER, decode(header.decode), re.A), note_lines(note, 60000)
    need(first == b"accord.entry/v1" and match, "not an entry's header")
    need(len(lines) > 3 and lines[0] == "accord.event/v1" and not lines[2], "not an event's lines")
    event, signatures = strict_json(lines[1]), [signature_line(line) for line in lines[3:]]
    check_event(event)
    need([ref for ref, _ in signatures] == [s["key"] for s in event["signers"]], "not the signers' lines")
    need(all(len(s) == 64 for _, s in signatures), "a signature has 64 bytes")
    text = f"{lines[0]}\n{lines[1]}\n".encode()
    return number(match[1]), number(match[2]), match[3], instant(match[4], ".*"), event, text, signatures

def parse_checkpoint(data):
    lines = note_lines(data, 2**19)
    need(4 < len(lines) <= 104 and lines[0] and not lines[3], "not a checkpoint")
    size, root = number(lines[1]), unbase64(lines[2])
    need(len(root) == 32 and (size or root == sha()), "not a checkpoint's root")
    return lines[0], size, root, "\n".join(lines[:3]).encode() + b"\n", [signature_line(s) for s in lines[4:]]

def parse_bundle(data, count):
    entries, at = [], 0
    while at < len(data):
        start, at = at + 2, at + 2 + int.from_bytes(data[at:at + 2], "big")
        entries.append(data[start:at])
    need(at == len(data) and len(entries) == count, f"not {count} entries")
    return entries

def tail_record(data, at):  # kind, numbers and hashes, body, end; or Bad, and torn if a crash leaves such
    line, newline, _ = data[at:at + 199].partition(b"\n")
    body, zeros = data[at + len(line) + 1:], lambda: any(
        not data[max(at, sector):sector + 512].strip(b"\0") for sector in range(at - at % 512, len(data), 512))
    summed = lambda fields, body: blake3(" ".join(fields).encode() + body, derive_key_context="accord tail v1").hexdigest()
    *fields, check = line.decode("latin-1").split(" ")
    place, *limits = TAIL.get(fields[0] if fields else "", (0,))
    values = [attempt(like, f"({l})", f, "") if l is HEX else attempt(number, f, l) for f, l in zip(fields[1:], limits)]
    sound = newline and limits and len(fields) == len(limits) + 1 and None not in values and re.fullmatch(HEX, check)
    need(sound, "no header of a record", not newline and len(data) - at <= 199 or not sound and zeros())
    size = values[place - 1] if place else 0
    need(size <= len(body), "a record breaks off",
         summed(fields[:place] + [str(len(body))] + fields[place + 1:], body) != check)
    fits = summed(fields, body[:size]) == check
    need(fits, "a checksum is not its record's", not fits and zeros())
    return fields[0], values, body[:size], at + len(line) + 1 + size

def parse_tail(data):  # base, its prev, the entries covered, checkpoint notes with their sizes, what is wrong
    need(data.startswith(b"accord.tail/v1\n"), "not a tail of this version")
    kind, (base, prev, *_), _, at = tail_record(data, 15)
    need(kind == "base" and base % 256 == 0 and (base == 0) == (prev == ZERO), "no base record")
    entries, covered, notes, frames, last, wrong = [], 0, [], 0, prev, None
    while at < len(data) and not wrong:
        try:
            kind, values, body, after = tail_record(data, at)
            if kind == "frame":
                need(values[0] == base + len(entries) and values[3] == last and values[1], "a frame out of order")
                entries += parse_bundle(body, values[1])
                frames, last = frames + 1, blake3(entries[-1]).hexdigest()
            else:
                need(values[0] == base + len(entries) and kind != "base" and (frames or not notes), f"a {kind} out of order")
                notes, frames, covered = notes + [(values[0], body)], 0, len(entries)
            at = after
        except Bad as bad:
            later = (attempt(tail_record, data, at + m.start()) for m in re.finditer(b"checkpoint ", data[at:]))
            if bad.args[1] and frames < 2 and not any(later):
                break
            wrong = bad.args[0]
    need(notes, wrong or "no checkpoint record")
    return base, prev, entries[:covered], notes, wrong or (frames > 1 and "frames without a checkpoint record")

def checkpoint_keys(origin, values):
    need(isinstance(values, list) and 1 <= len(values) <= 4, "not 1 to 4 checkpoint keys")
    return [typed_key(origin, value) for value in values]

def event_keys(event):  # section 7; what is no vkey is passed over
    kind, payload = event["type"] if event["version"] == 1 else "", event["payload"]
    authority = payload.get("key_authority") if kind in ("ledger.initialised", "ledger.authority_changed") else {}
    named = authority.get("keys") if isinstance(authority, dict) else []
    named = (named if isinstance(named, list) else []) + [payload.get("operator")] * (kind == "ledger.initialised")
    rest = "ledger.operator_key_rotated", "participant.enrolled", "key.added", "key.rotated"
    return list(filter(None, (attempt(vkey, v) for v in named + [payload.get("vkey")] * (kind in rest))))

def genesis(event, text, signatures):  # section 6; gives ledger id, origin, checkpoint keys
    p, authority, keys = event["payload"], event["payload"].get("key_authority"), event_keys(event)
    need((event["type"], event["version"]) == ("ledger.initialised", 1) and "ledger" not in event, "no genesis event")
    need(len(like(rf"{CODE}(/{CODE})*", p.get("name"), "name")) <= 200, "name")
    need(p.get("suites") == ["ed25519", "blake3", "rfc6962-sha256"] and isinstance(authority, dict), "suites")
    count = len(authority["keys"]) if isinstance(authority.get("keys"), list) else 0
    need(1 <= count <= 15 and len(keys) == count + 1 == len({k.public_bytes_raw() for _, k in keys}), "event keys")
    whole(authority.get("threshold"), 1, count + 1)
    need(len({like(KEY, ref, "key name").split("/")[0] for ref, _ in keys}) == len(keys), "two keys of one participant")
    roles = {ref: "key_authority" for ref, _ in keys[:-1]} | {keys[-1][0]: "operator"}
    need({s["key"]: s["as"] for s in event["signers"]} == roles, "the signers are not the keys that it names")
    need(all(valid(dict(keys)[ref], s, text) for ref, s in signatures), "a signature is not valid")
    ledger = blake3(text).hexdigest()
    return ledger, f"{p['name']}/{ledger[:32]}", checkpoint_keys(f"{p['name']}/{ledger[:32]}", p.get("checkpoint_keys"))

class Ledger:  # what the entries so far say
    ledger, origin, prev, recorded, gaps = None, None, ZERO, "", 0
    def __init__(self):
        self.leaves, self.keys, self.checkpoint_keys, self.streams, self.ids, self.events = {}, {}, [], {}, set(), set()
    def missing(self, at):
        self.prev, self.gaps = None, self.gaps + 1
        return at or report("genesis-invalid", 0, "entry 0 is missing or malformed")
    def judge(self, at, data):
        self.leaves[at], prev, found = sha(b"\0", data), self.prev, blake3(data).hexdigest()
        try:
            seq, revision, named, recorded, event, text, signatures = parse_entry(data)
        except Bad as bad:
            report("entry-malformed", at, bad.args[0]), self.missing(at)
            self.prev = found
            return
        self.prev, last, id = found, self.streams.get(event["stream"], (-1, 0)), (signatures[0][0].split("/")[0], event["id"])
        event_hash = blake3(text).digest()
        if at == 0:
            try:
                self.ledger, self.origin, keys = genesis(event, text, signatures)
                self.checkpoint_keys.append((0, keys))
            except Bad as bad:
                report("genesis-invalid", 0, bad.args[0])
        unknown = self.ledger and at and [ref for ref, _ in signatures if ref not in self.keys]
        known = self.ledger and at and not unknown
        for code, wrong, why in (
                ("seq-wrong", seq != at, f"found {seq}"),
                ("prev-wrong", prev and named != prev, f"expected {prev}, found {named}"),
                ("recorded-decreases", recorded < self.recorded, f"{recorded} after {self.recorded}"),
                ("revision-wrong", revision <= last[0] or revision > last[0] + 1 and last[1] == self.gaps,
                 f"expected {last[0] + 1}, found {revision}"),
                ("ledger-wrong", self.ledger and at and event.get("ledger") != self.ledger, f"found {event.get('ledger')}"),
                ("event-repeated", event_hash in self.events, event_hash.hex()),
                ("id-repeated", event_hash not in self.events and id in self.ids, "/".join(id)),
                ("signer-unknown", unknown, f"no entry before names {unknown}"),
                ("signature-invalid", known and not all(valid(self.keys[ref], s, text) for ref, s in signatures), "")):
            wrong and report(code, at, why)
        self.streams[event["stream"]], self.recorded = (revision, self.gaps), recorded
        self.events.add(event_hash), self.ids.add(id)
        for reference, key in event_keys(event) if self.ledger else []:
            self.keys.setdefault(reference, key)
        if at and (event["type"], event["version"]) == ("ledger.checkpoint_keys_rotated", 1):
            keys = attempt(checkpoint_keys, self.origin or "", event["payload"].get("checkpoint_keys"))
            self.checkpoint_keys += [(at + 1, keys)] if keys else []
    def tree(self):  # rows[l][i]: the hash over entries [i * 256^l, (i + 1) * 256^l), where all are there
        self.rows, self.end = [self.leaves], max(self.leaves, default=-1) + 1
        while self.end >> 8 * len(self.rows):
            row, below = {}, self.rows[-1]
            for index in range(self.end >> 8 * len(self.rows)):
                hashes = [below.get(index * 256 + j) for j in range(256)]
                while len(hashes) > 1 and None not in hashes:
                    hashes = [sha(b"\1", a, b) for a, b in zip(hashes[::2], hashes[1::2])]
                row |= {index: hashes[0]} if len(hashes) == 1 else {}
            self.rows.append(row)
    def root(self, low, high):  # None if a hash is missing
        level = (high - low).bit_length() // 8
        if high - low <= 1 << 8 * level and high - low == 256**level and level < len(self.rows):
            return self.rows[level].get(low >> 8 * level) if high else sha()
        if high == 0:
            return sha()
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        left, right = self.root(low, middle), self.root(middle, high)
        return left and right and sha(b"\1", left, right)

def tile_path(level, index, width):
    groups = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03}")
    return f"tile/{'entries' if level < 0 else level}/{'/'.join(groups)}" + f".p/{width}" * (width < 256)

def tile_of(path):  # level (-1 for entries), index, width
    match = re.fullmatch(r"tile/(entries|\d\d?)/([x\d/]{3,30}?)(\.p/(\d{1,3}))?", path, re.A)
    parts = match and (int(match[1].replace("entries", "-1")), int("0" + re.sub("[x/]", "", match[2])), int(match[4] or 256))
    return parts if match and parts[0] < 64 and 0 < parts[2] <= 256 and tile_path(*parts) == path else None

def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()

def check_checkpoint(ledger, size, path, note, recorded):
    try:
        origin, at, root, text, signatures = parse_checkpoint(note)
        need(ledger.origin in (None, origin), f"of {origin}, not {ledger.origin}")
    except Bad as bad:
        return report("checkpoint-malformed", None, bad.args[0], path)
    if at > size or recorded not in (None, at):
        report("checkpoint-size", None, f"of size {at}, not {size if recorded is None else recorded}", path)
    found = ledger.root(0, at) if at <= size else None
    if found and found != root:
        report("checkpoint-root", None, f"expected {found.hex()}, found {root.hex()}", path)
    for reference, key in next((k for since, k in reversed(ledger.checkpoint_keys) if since <= at), []):
        lines = [s for ref, s in signatures if ref == reference]
        if not lines or not all(valid(key, s, text) for s in lines):
            report("checkpoint-signature", None, f"none that is valid by {reference}", path)

def check_tiles(ledger, root, size, published, base, bundles, tiles):
    full, level = min(max(base, published) // 256 * 256, ledger.end), 0
    published = published if published <= ledger.end else 0
    for index in range(-(-max(full, published) // 256)):
        due = {256} if index < full // 256 else {256, published % 256}
        if due != {256, 0} and not due & set(bundles.get(index, {})) and index * 256 in ledger.leaves:
            report("entry-missing", index * 256, "its bundle is not there")
    while max(full >> 8, published) >> 8 * level:
        width, last = (published >> 8 * level) % 256, published >> 8 * level + 8
        for index in range(max(full >> 8 * level + 8, last + 1 if width else 0)):
            if not ({256, width} if index == last and index >= full >> 8 * level + 8 else {256}) & set(
                    w for w in range(1, 257) if (level, index, w) in tiles):
                report("tile-missing", index << 8 * level + 8, tile_path(level, index, 256))
        level += 1
    for (level, index, width), path in tiles.items():
        if (index * 256 + width) << 8 * level > size:
            report("file-unexpected", None, f"beyond size {size}", path)
            continue
        data, row = read(root, "public", path), ledger.rows[level] if level < len(ledger.rows) else {}
        wrong = 0 if len(data) != 32 * width else next((j for j in range(width) if row.get(
            index * 256 + j, data[32 * j:32 * j + 32]) != data[32 * j:32 * j + 32]), None)
        if wrong is not None:
            report("tile-wrong", (index * 256 + wrong) << 8 * level, "not the hashes of the entries", path)

def check(root):
    base, prev, entries, broken, notes, bundles, tiles = 0, None, [], True, [], {}, {}
    try:
        base, prev, entries, notes, broken = parse_tail(read(root, "private", "tail"))
        need(not broken, broken)
    except (Bad, FileNotFoundError) as bad:
        if isinstance(bad, Bad) or os.path.isdir(os.path.join(root, "private")):
            report("tail-malformed", None, bad.args[0], "private/tail")
    except PermissionError:
        pass
    notes, acknowledged, published = [("private/tail", n, s) for s, n in notes], base + len(entries), 0
    for folder, _, names in os.walk(os.path.join(root, "public")):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), os.path.join(root, "public")).replace(os.sep, "/")
            tile, evidence = tile_of(path), re.fullmatch(r"evidence/(..)/(\1[0-9a-f]{62})", path)
            if tile and tile[0] < 0:
                bundles.setdefault(tile[1], {})[tile[2]] = path
            elif tile:
                tiles[tile] = path
            elif path in ("checkpoint", "checkpoint.pending") or path.startswith("witnessed/"):
                notes.append((path, read(root, "public", path), None))
                published = (attempt(parse_checkpoint, notes[-1][1]) or (0, 0))[1] if path == "checkpoint" else published
            elif path != "incoming.tmp" and not (evidence and blake3(read(root, "public", path)).hexdigest() == evidence[2]):
                report("file-unexpected", None, "not known here, or not what its name says", path)
    if (bundles or tiles) and not any(path == "checkpoint" for path, _, _ in notes):
        report("checkpoint-malformed", None, "missing, though there are tiles or bundles", "checkpoint")
    size, ledger, at, lost = max(acknowledged, published), Ledger(), 0, False
    if not broken and published > acknowledged:
        report("checkpoint-size", None, f"{published} published, {acknowledged} acknowledged", "checkpoint")
    for index in sorted(set(bundles) | set(range(base // 256, -(-acknowledged // 256)))):
        first, copies, malformed = index * 256, {}, False
        for width, path in sorted(bundles.get(index, {}).items(), reverse=True):
            try:
                if first + width > size:
                    report("file-unexpected", None, f"beyond size {size}", path)
                else:
                    copies[path] = parse_bundle(read(root, "public", path), width)
            except Bad as bad:
                malformed = not report("bundle-malformed", first, bad.args[0], path)
        best = next(iter(copies.values()), [])
        while at < min(first + 256, size):
            data = (entries[at - base] if base <= at < acknowledged else
                    best[at - first] if first <= at < first + len(best) else None)
            if data is None:
                lost or malformed and at >= first or report("entry-missing", at, "no file holds it")
                ledger.missing(at)
            else:
                ledger.judge(at, data)
            for path in [path for path, copy in copies.items() if data and at >= first and copy[at - first:at - first + 1] not in ([], [data])]:
                report("bundle-malformed", at, "not the entry that was read", path), copies.pop(path)
            lost, at = data is None, first if at < first and data is None else at + 1
    if at < size:
        lost or report("entry-missing", at, "no file holds it")
        ledger.missing(at)
    elif prev and at == base and ledger.prev not in (None, prev):
        report("prev-wrong", base, f"expected {ledger.prev}, the tail's base names {prev}", "private/tail")
    ledger.tree()
    check_tiles(ledger, root, size, published, base, bundles, tiles)
    for path, note, recorded in notes:
        check_checkpoint(ledger, size, path, note, recorded)
    return size, ledger.root(0, size) if size <= ledger.end else None

def main(arguments):
    paths = [a for a in arguments if a != "--json"]
    if len(paths) != 1 or not any(os.path.exists(os.path.join(paths[0], p)) for p in ("public/checkpoint", "private/tail")):
        print(__doc__ if len(paths) != 1 else f"{paths[0]}: no ledger", file=sys.stderr)
        return 2
    size, root = check(paths[0])
    found = sorted(problems.items(), key=lambda item: (item[0][1] is None, item[0][1] or 0, item[0][0], item[0][2]))
    verdict, root = "failed" if found else "ok", root and root.hex()
    if "--json" in arguments:
        listed = [{"code": c, "seq": s, "detail": f"{w} {why}".strip()} for (c, s, w), why in found]
        print(json.dumps({"verdict": verdict, "size": size, "root": root, "problems": listed}))
        return bool(found)
    for (code, seq, where), why in found:
        print(f"{code} seq={'-' if seq is None else seq} {where} {why}")
    print(f"INTEGRITY {verdict}: {size} entries, root {root}, {len(found)} problems")
    return bool(found)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
