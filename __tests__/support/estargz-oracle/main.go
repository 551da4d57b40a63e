// Reads an eStargz layer with containerd's own reader and says what it found: verifies the TOC against the expected
// digest and every chunk of every file against its chunk digest, and prints the SHA-256 of each file as JSON. What Go
// reads from it as a plain tar.gz, as a runtime without the snapshotter does, has to be the same.
//
//	estargz-oracle LAYER TOC-DIGEST
package main

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/containerd/stargz-snapshotter/estargz"
	"github.com/opencontainers/go-digest"
)

type file struct {
	Sha256 string `json:"sha256"`
	Size   int64  `json:"size"`
	Mode   string `json:"mode"`
	Mtime  int64  `json:"mtime"`
	Chunks int    `json:"chunks"`
}

func main() {
	files, err := read(os.Args[1], digest.Digest(os.Args[2]))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(files); err != nil {
		panic(err)
	}
}

func read(path string, toc digest.Digest) (map[string]file, error) {
	layer, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := layer.Stat()
	if err != nil {
		return nil, err
	}
	reader, err := estargz.Open(io.NewSectionReader(layer, 0, info.Size()))
	if err != nil {
		return nil, err
	}
	verifier, err := reader.VerifyTOC(toc)
	if err != nil {
		return nil, err
	}
	files := map[string]file{}
	root, ok := reader.Lookup("")
	if !ok {
		return nil, fmt.Errorf("there is no root")
	}
	if err := walk(reader, verifier, root, "", files); err != nil {
		return nil, err
	}
	return files, compareTar(layer, files)
}

func compareTar(layer io.ReadSeeker, files map[string]file) error {
	if _, err := layer.Seek(0, io.SeekStart); err != nil {
		return err
	}
	unpacked, err := gzip.NewReader(layer)
	if err != nil {
		return err
	}
	entries, count := tar.NewReader(unpacked), 0
	for ; ; count++ {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		hash := sha256.New()
		if _, err := io.Copy(hash, entries); err != nil {
			return err
		}
		found, ok := files[header.Name]
		if !ok || header.Typeflag == tar.TypeReg && found.Sha256 != hex.EncodeToString(hash.Sum(nil)) {
			return fmt.Errorf("the tar stream has another %s", header.Name)
		}
	}
	if count != len(files) {
		return fmt.Errorf("the tar stream has %d entries, the TOC %d", count, len(files))
	}
	return nil
}

func walk(r *estargz.Reader, v estargz.TOCEntryVerifier, dir *estargz.TOCEntry, at string, files map[string]file) error {
	var failed error
	dir.ForeachChild(func(base string, entry *estargz.TOCEntry) bool {
		name := at + base
		if entry.Type == "dir" {
			files[name+"/"] = file{Mode: entry.Stat().Mode().String(), Mtime: entry.ModTime().Unix()}
			failed = walk(r, v, entry, name+"/", files)
		} else {
			files[name], failed = verify(r, v, entry, name)
		}
		return failed == nil
	})
	return failed
}

func verify(r *estargz.Reader, v estargz.TOCEntryVerifier, entry *estargz.TOCEntry, name string) (file, error) {
	stat := entry.Stat()
	found := file{Size: stat.Size(), Mode: stat.Mode().String(), Mtime: stat.ModTime().Unix()}
	content, err := r.OpenFile(name)
	if err != nil {
		return found, err
	}
	whole := sha256.New()
	for offset := int64(0); offset < stat.Size(); found.Chunks++ {
		chunk, ok := r.ChunkEntryForOffset(name, offset)
		if !ok {
			return found, fmt.Errorf("%s has no chunk at %d", name, offset)
		}
		check, err := v.Verifier(chunk)
		if err != nil {
			return found, err
		}
		section := io.NewSectionReader(content, chunk.ChunkOffset, chunk.ChunkSize)
		if _, err := io.Copy(io.MultiWriter(check, whole), section); err != nil {
			return found, err
		}
		if !check.Verified() {
			return found, fmt.Errorf("%s: the chunk at %d is not what its digest says", name, offset)
		}
		offset += chunk.ChunkSize
	}
	found.Sha256 = hex.EncodeToString(whole.Sum(nil))
	if stat.Size() > 0 && "sha256:"+found.Sha256 != entry.Digest {
		return found, fmt.Errorf("%s is not what its digest says", name)
	}
	return found, nil
}
