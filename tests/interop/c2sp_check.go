// Checks a published Accord ledger with the transparency-log packages of the Go project alone:
// golang.org/x/mod/sumdb/note and golang.org/x/mod/sumdb/tlog. Nothing here knows Accord.
//
//	c2sp_check LOG VKEY                       every entry of the log is what its checkpoint covers
//	c2sp_check LOG VKEY consistent CHECKPOINT an older checkpoint is of the same history
//	c2sp_check LOG VKEY included PROOF ENTRY  a tlog-proof shows that ENTRY (a file) is included
//	c2sp_check LOG VKEY cosigned WITNESS      the witness with this vkey has cosigned the checkpoint
//
// LOG is a directory or an http:// address that holds checkpoint and tile/. Exits with 1, and says
// why, when something does not hold.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// A log, read as C2SP tlog-tiles lays it out.
type source string

func (s source) read(path string) ([]byte, error) {
	if !strings.HasPrefix(string(s), "http://") {
		return os.ReadFile(filepath.Join(string(s), filepath.FromSlash(path)))
	}
	response, err := http.Get(string(s) + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	return io.ReadAll(response.Body)
}

// Tiles for tlog.TileHashReader, which checks every one of them against the tree's root.
type tiles struct{ source }

func (t tiles) Height() int                     { return tileHeight }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		// Go writes the height into the path, C2SP does not: tile/8/0/x001/234 is tile/0/x001/234.
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		data, err := t.read(path)
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is too short", path)
		}
		all = append(all, data[:tile.W*tlog.HashSize])
	}
	return all, nil
}

// A cosigner's key, type 0x04 of C2SP tlog-cosignature, for note.Open.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(c.key, []byte(signed), sig[8:])
}

func newCosigner(vkey string) (cosigner, error) {
	none := cosigner{}
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return none, errors.New("not a vkey")
	}
	typed, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(typed) != 1+ed25519.PublicKeySize || typed[0] != 4 {
		return none, errors.New("not the vkey of an Ed25519 cosigner")
	}
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	hash := binary.BigEndian.Uint32(digest[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return none, errors.New("the key id is not the key's")
	}
	return cosigner{parts[0], hash, typed[1:]}, nil
}

// Whether both the log and the witness have signed.
func cosigned(signed []byte, vkey, witness string) error {
	log, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	other, err := newCosigner(witness)
	if err != nil {
		return err
	}
	opened, err := note.Open(signed, note.VerifierList(log, other))
	if err != nil {
		return err
	}
	if len(opened.Sigs) != 2 {
		return errors.New("not signed by both")
	}
	fmt.Printf("signed by %s, cosigned by %s\n", log.Name(), other.name)
	return nil
}

// The head that a checkpoint signs.
func head(signed []byte, vkey string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tree, errors.New("not a checkpoint of this log without extension lines")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// The entries of one bundle.
func entries(bundle []byte) ([][]byte, error) {
	var all [][]byte
	for len(bundle) > 0 {
		if len(bundle) < 2 {
			return nil, errors.New("a bundle ends within a length")
		}
		size := int(binary.BigEndian.Uint16(bundle))
		if len(bundle)-2 < size {
			return nil, errors.New("a bundle ends within an entry")
		}
		all = append(all, bundle[2:2+size])
		bundle = bundle[2+size:]
	}
	return all, nil
}

func everything(log source, tree tlog.Tree) error {
	hashes := tlog.TileHashReader(tree, tiles{log})
	for first := int64(0); first < tree.N; first += 1 << tileHeight {
		tile := tlog.Tile{H: tileHeight, L: -1, N: first >> tileHeight, W: 1 << tileHeight}
		if tree.N-first < 1<<tileHeight {
			tile.W = int(tree.N - first)
		}
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/data/", tileHeight), "tile/entries/", 1)
		bundle, err := log.read(path)
		if err != nil {
			return err
		}
		records, err := entries(bundle)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if len(records) != tile.W {
			return fmt.Errorf("%s has %d entries, not %d", path, len(records), tile.W)
		}
		var indexes []int64
		for at := range records {
			indexes = append(indexes, tlog.StoredHashIndex(0, first+int64(at)))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for at, record := range records {
			if tlog.RecordHash(record) != leaves[at] {
				return fmt.Errorf("entry %d is not what the tree covers", first+int64(at))
			}
		}
	}
	fmt.Printf("%d entries, all covered by root %v\n", tree.N, tree.Hash)
	return nil
}

func consistent(log source, tree tlog.Tree, older []byte, vkey string) error {
	old, err := head(older, vkey)
	if err != nil {
		return err
	}
	if old.N > tree.N {
		return fmt.Errorf("the checkpoint kept has %d entries, the log only %d", old.N, tree.N)
	}
	proof, err := tlog.ProveTree(tree.N, old.N, tlog.TileHashReader(tree, tiles{log}))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return err
	}
	fmt.Printf("%d entries continue the %d of the checkpoint kept\n", tree.N, old.N)
	return nil
}

func included(proof, entry []byte, vkey string) error {
	text, signed, found := strings.Cut(string(proof), "\n\n")
	lines := strings.Split(text, "\n")
	if !found || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a tlog-proof")
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return errors.New("a tlog-proof without index")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return err
	}
	var path tlog.RecordProof
	for _, line := range lines[1:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			return errors.New("a hash that is none")
		}
		var hash tlog.Hash
		copy(hash[:], raw)
		path = append(path, hash)
	}
	tree, err := head([]byte(signed), vkey)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	fmt.Printf("entry %d is included among %d\n", index, tree.N)
	return nil
}

func run(args []string) error {
	if len(args) < 2 {
		return errors.New("usage: c2sp_check LOG VKEY [consistent CHECKPOINT | included PROOF ENTRY | cosigned WITNESS]")
	}
	log, vkey := source(strings.TrimSuffix(args[0], "/")), args[1]
	rest := args[2:]
	if len(rest) == 3 && rest[0] == "included" {
		proof, err := os.ReadFile(rest[1])
		if err != nil {
			return err
		}
		entry, err := os.ReadFile(rest[2])
		if err != nil {
			return err
		}
		return included(proof, entry, vkey)
	}
	signed, err := log.read("checkpoint")
	if err != nil {
		return err
	}
	if len(rest) == 2 && rest[0] == "cosigned" {
		return cosigned(signed, vkey, rest[1])
	}
	tree, err := head(signed, vkey)
	if err != nil {
		return err
	}
	if len(rest) == 2 && rest[0] == "consistent" {
		older, err := os.ReadFile(rest[1])
		if err != nil {
			return err
		}
		return consistent(log, tree, older, vkey)
	}
	if len(rest) != 0 {
		return errors.New("what to do is not understood")
	}
	return everything(log, tree)
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("DOES NOT HOLD:", err)
		os.Exit(1)
	}
}
