# One policy for each repository: everyone who may pull it.

resource "aws_ecr_repository_policy" "pull" {
  for_each   = { for repository, ids in local.pullers : repository => ids if length(ids) > 0 }
  repository = each.key
  policy = jsonencode({
    Version = "2012-10-17"
    # Signed as this project signs its policies (src/access/policyId.ts), so that one judge serves both.
    Id = join("/", [
      "ecr-customers/ecr-customers/bench",
      substr(sha256(join("\n", sort([for id in each.value : aws_iam_user.customer[id].unique_id]))), 0, 12),
    ])
    Statement = [{
      Sid       = "Pull"
      Effect    = "Allow"
      Principal = { AWS = [for id in each.value : aws_iam_user.customer[id].arn] }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}
