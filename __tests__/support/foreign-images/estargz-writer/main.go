// Makes an eStargz layer with containerd's own writer out of a tar file, and prints what its descriptor says.
//
//	estargz-writer TAR LAYER [CHUNK-SIZE]
package main

import (
	"encoding/json"
	"io"
	"os"
	"strconv"

	"github.com/containerd/stargz-snapshotter/estargz"
)

func main() {
	tar, err := os.Open(os.Args[1])
	check(err)
	info, err := tar.Stat()
	check(err)
	options := []estargz.Option{}
	if len(os.Args) > 3 {
		size, err := strconv.Atoi(os.Args[3])
		check(err)
		options = append(options, estargz.WithChunkSize(size))
	}
	blob, err := estargz.Build(io.NewSectionReader(tar, 0, info.Size()), options...)
	check(err)
	layer, err := os.Create(os.Args[2])
	check(err)
	_, err = io.Copy(layer, blob)
	check(err)
	check(blob.Close())
	check(json.NewEncoder(os.Stdout).Encode(map[string]string{
		"tocDigest": blob.TOCDigest().String(),
		"diffID":    blob.DiffID().String(),
	}))
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
