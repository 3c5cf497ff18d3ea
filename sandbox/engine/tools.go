//go:build tools

// Package engine pins, by go.mod and go.sum, the two programs that the sandbox builds where none can be downloaded.
package engine

import (
	_ "github.com/google/go-containerregistry/cmd/crane"
	_ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
