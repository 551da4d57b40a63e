// gguf-oracle prints what gguf-parser-go, the library behind GGUF Packer, estimates for GGUF files.
//
// It reads a JSON list of cases on standard input and writes the list of their estimates on standard output.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	gguf "github.com/gpustack/gguf-parser-go"
)

type options struct {
	ContextSize   int32     `json:"contextSize"`
	LogicalBatch  int32     `json:"logicalBatch"`
	PhysicalBatch int32     `json:"physicalBatch"`
	Parallel      int32     `json:"parallel"`
	FlashAttn     bool      `json:"flashAttention"`
	CacheTypeK    *uint32   `json:"cacheTypeK"`
	CacheTypeV    *uint32   `json:"cacheTypeV"`
	NoKVOffload   bool      `json:"noKvOffload"`
	GpuLayers     *uint64   `json:"gpuLayers"`
	TensorSplit   []float64 `json:"tensorSplit"`
	SWAFull       bool      `json:"swaFull"`
	ImageSize     uint32    `json:"imageSize"`
}

type testCase struct {
	Model     string   `json:"model"`
	Drafter   string   `json:"drafter"`
	Projector string   `json:"projector"`
	Adapters  []string `json:"adapters"`
	NoMmap    bool     `json:"noMmap"`
	Options   options  `json:"options"`
}

type result struct {
	Estimate gguf.LLaMACppRunEstimate        `json:"estimate"`
	Summary  gguf.LLaMACppRunEstimateSummary `json:"summary"`
}

// What GGUF Packer adds where the memory of processor and graphics card is not one, in bytes.
const (
	nonUMARam  = 150 * 1024 * 1024
	nonUMAVram = 250 * 1024 * 1024
)

func main() {
	var cases []testCase
	check(json.NewDecoder(os.Stdin).Decode(&cases))
	results := make([]result, len(cases))
	for i, c := range cases {
		opts := c.Options.list()
		if c.Drafter != "" {
			e := estimate(c.Drafter, opts)
			opts = append(opts, gguf.WithLLaMACppDrafter(&e))
		}
		if c.Projector != "" {
			e := estimate(c.Projector, opts)
			opts = append(opts, gguf.WithLLaMACppProjector(&e))
		}
		var adapters []gguf.LLaMACppRunEstimate
		for _, path := range c.Adapters {
			adapters = append(adapters, estimate(path, opts))
		}
		opts = append(opts, gguf.WithLLaMACppAdapters(adapters))
		e := estimate(c.Model, opts)
		results[i] = result{e, e.Summarize(!c.NoMmap, nonUMARam, nonUMAVram)}
	}
	check(json.NewEncoder(os.Stdout).Encode(results))
}

// Parsing takes long, and cases share files.
var files = map[string]*gguf.GGUFFile{}

func estimate(path string, opts []gguf.GGUFRunEstimateOption) gguf.LLaMACppRunEstimate {
	file, ok := files[path]
	if !ok {
		var err error
		file, err = gguf.ParseGGUFFile(path, gguf.UseMMap())
		check(err)
		files[path] = file
	}
	return file.EstimateLLaMACppRun(opts...)
}

func (o options) list() []gguf.GGUFRunEstimateOption {
	opts := []gguf.GGUFRunEstimateOption{
		gguf.WithLLaMACppContextSize(o.ContextSize),
		gguf.WithLLaMACppLogicalBatchSize(o.LogicalBatch),
		gguf.WithLLaMACppPhysicalBatchSize(o.PhysicalBatch),
		gguf.WithParallelSize(o.Parallel),
		gguf.WithTensorSplitFraction(o.TensorSplit),
		gguf.WithLLaMACppVisualMaxImageSize(o.ImageSize),
	}
	if o.FlashAttn {
		opts = append(opts, gguf.WithFlashAttention())
	}
	if o.CacheTypeK != nil {
		opts = append(opts, gguf.WithLLaMACppCacheKeyType(gguf.GGMLType(*o.CacheTypeK)))
	}
	if o.CacheTypeV != nil {
		opts = append(opts, gguf.WithLLaMACppCacheValueType(gguf.GGMLType(*o.CacheTypeV)))
	}
	if o.NoKVOffload {
		opts = append(opts, gguf.WithoutLLaMACppOffloadKVCache())
	}
	if o.GpuLayers != nil {
		opts = append(opts, gguf.WithLLaMACppOffloadLayers(*o.GpuLayers))
	}
	if o.SWAFull {
		opts = append(opts, gguf.WithLLaMACppFullSizeSWACache())
	}
	return opts
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
