// Pulls a model as Docker Model Runner does: docker-model-pull REFERENCE STORE, from a registry of plain http. Prints
// the folder that the runner would give to its backend.
package main

import (
	"context"
	"io"
	"log"
	"log/slog"
	"os"

	"github.com/docker/model-runner/pkg/distribution/distribution"
	"github.com/docker/model-runner/pkg/distribution/registry"
)

func main() {
	reference, store := os.Args[1], os.Args[2]
	client, err := distribution.NewClient(
		distribution.WithStoreRootPath(store),
		distribution.WithLogger(slog.New(slog.DiscardHandler)),
		distribution.WithRegistryClient(registry.NewClient(registry.WithPlainHTTP(true))),
	)
	if err != nil {
		log.Fatal(err)
	}
	if err := client.PullModel(context.Background(), reference, io.Discard); err != nil {
		log.Fatal(err)
	}
	bundle, err := client.GetBundle(reference)
	if err != nil {
		log.Fatal(err)
	}
	os.Stdout.WriteString(bundle.RootDir() + "\n")
}
