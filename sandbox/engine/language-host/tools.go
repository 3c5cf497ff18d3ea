//go:build tools

// Package languagehost pins the program by which the engine runs `runtime: nodejs` projects: the last one that is a plain Go module.
package languagehost

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
