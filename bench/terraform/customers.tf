# One customer: user, membership, keys and, when suspended or with an end date, the policy that ends access.

resource "aws_iam_user" "customer" {
  for_each      = local.customers
  name          = each.key
  path          = "/customers/"
  force_destroy = true
  tags          = { "ecr-customers:customer" = each.key }
}

resource "aws_iam_user_group_membership" "customer" {
  for_each = local.customers
  user     = aws_iam_user.customer[each.key].name
  groups   = [aws_iam_group.customers.name]
}

resource "aws_iam_access_key" "customer" {
  for_each = local.keys
  user     = aws_iam_user.customer[each.value.customer].name
  status   = each.value.active ? "Active" : "Inactive"
}

resource "aws_iam_user_policy" "end" {
  for_each = local.denied
  name     = "ecr-customers-end"
  user     = aws_iam_user.customer[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [merge(
      { Sid = "End", Effect = "Deny", Action = "ecr:*", Resource = "*" },
      try(each.value.status, "active") == "suspended" ? {} : {
        Condition = {
          DateGreaterThanEquals = { "aws:CurrentTime" = timeadd(each.value.expires, "24h") }
        }
      },
    )]
  })
}
