// A verifier of the record that is not ours: Go's own packages for signed notes and transparency logs
// (golang.org/x/mod/sumdb/note and tlog), given tiles, a checkpoint and proofs as files.
//
//	tlog_verifier VKEY FOLDER [OLD-CHECKPOINT]    checks every entry of the tiles against the checkpoint
//	tlog_verifier VKEY PROOF ENTRY                checks one C2SP tlog-proof
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	data, err := os.ReadFile(name)
	must(err)
	return data
}

// checkpoint opens a signed note and reads the three lines of C2SP tlog-checkpoint.
func checkpoint(verifier note.Verifier, data []byte) tlog.Tree {
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		must(fmt.Errorf("no checkpoint of %s", verifier.Name()))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	hash, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: hash}
}

// name is the path of a tile as C2SP writes it.
func name(kind string, n, width int64) string {
	text := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		text = fmt.Sprintf("x%03d/%s", n%1000, text)
	}
	if width < 256 {
		text += fmt.Sprintf(".p/%d", width)
	}
	return kind + "/" + text
}

type folder struct {
	path string
	size int64
}

func (f folder) Height() int { return 8 }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(f.path, name(fmt.Sprintf("tile/%d", tile.L), tile.N, int64(tile.W))))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func whole(verifier note.Verifier, path string, old string) {
	tree := checkpoint(verifier, read(filepath.Join(path, "checkpoint")))
	reader := tlog.TileHashReader(tree, folder{path, tree.N})
	for first := int64(0); first < tree.N; first += 256 {
		width := tree.N - first
		if width > 256 {
			width = 256
		}
		bundle := read(filepath.Join(path, name("tile/entries", first/256, width)))
		for n := first; n < first+width; n++ {
			length := int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
			must(err)
			if hashes[0] != tlog.RecordHash(entry) {
				must(fmt.Errorf("entry %d is not what the tree has", n))
			}
			if n%17 == 0 || n == tree.N-1 {
				proof, err := tlog.ProveRecord(tree.N, n, reader)
				must(err)
				must(tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(entry)))
			}
		}
		if len(bundle) != 0 {
			must(fmt.Errorf("bytes behind the last entry"))
		}
	}
	if old != "" {
		before := checkpoint(verifier, read(old))
		proof, err := tlog.ProveTree(tree.N, before.N, reader)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash))
	}
	fmt.Println("whole", tree.N)
}

func one(verifier note.Verifier, path, entry string) {
	text := string(read(path))
	above, signed, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(above, "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		must(fmt.Errorf("no proof"))
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		raw, err := base64.StdEncoding.DecodeString(line)
		must(err)
		var hash tlog.Hash
		copy(hash[:], raw)
		proof = append(proof, hash)
	}
	tree := checkpoint(verifier, []byte(signed))
	data := bytes.TrimSuffix(read(entry), []byte("\n"))
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(data)))
	fmt.Println("included", index)
}

func main() {
	verifier, err := note.NewVerifier(os.Args[1])
	must(err)
	if info, err := os.Stat(os.Args[2]); err == nil && info.IsDir() {
		old := ""
		if len(os.Args) > 3 {
			old = os.Args[3]
		}
		whole(verifier, os.Args[2], old)
		return
	}
	one(verifier, os.Args[2], os.Args[3])
}
