# The job of this project as a platform engineer would write it in Terraform: the same customer files, the
# same names in AWS. bench/compare.ts measures both. It knows what the benchmark's customers use: no
# `awsAccount`, no `pgpKey`, no `grants: tagged`, one region.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

# No request at start-up but those that the job needs. The endpoint comes from AWS_ENDPOINT_URL.
provider "aws" {
  region                      = var.region
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variable "customers" {
  description = "Folder of the customer files."
  type        = string
}

variable "region" {
  type = string
}

variable "repositories" {
  description = "Repositories that exist, and that customers may be given."
  type        = set(string)
}

locals {
  customers = {
    for file in fileset(var.customers, "*.yaml") :
    trimsuffix(file, ".yaml") => yamldecode(file("${var.customers}/${file}"))
  }

  # Access ends after the last day of `expires`, which YAML gives as that day's first second, or at once
  # when suspended.
  ended = {
    for id, customer in local.customers : id => (
      try(customer.status, "active") == "suspended" ||
      timecmp(plantimestamp(), timeadd(try(customer.expires, "9999-12-30T00:00:00Z"), "24h")) >= 0
    )
  }

  keys = merge([
    for id, customer in local.customers : {
      for generation, status in try(customer.keys, { 1 = "active" }) :
      "${id}-${generation}" => { customer = id, active = status == "active" && !local.ended[id] }
    }
  ]...)

  denied = {
    for id, customer in local.customers : id => customer
    if try(customer.status, "active") == "suspended" || can(customer.expires)
  }

  # Repository => ids of those that may pull it; no entry for a repository that no one may pull.
  pullers = {
    for repository in var.repositories : repository => [
      for id, customer in local.customers : id
      if contains(customer.repositories, repository) && !local.ended[id]
    ]
  }
}
