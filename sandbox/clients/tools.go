//go:build tools

// Package clients pins, by go.mod and go.sum, the credential helper that customers use with docker.
package clients

import _ "github.com/awslabs/amazon-ecr-credential-helper/ecr-login/cli/docker-credential-ecr-login"
