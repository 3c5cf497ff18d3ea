# What all customers share: the group whose members may log in to the registry.

resource "aws_iam_group" "customers" {
  name = "ecr-customers"
}

resource "aws_iam_policy" "login" {
  name        = "AmazonEC2ContainerRegistryLogin"
  description = "Lets customers log in to ECR"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Login", Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" }]
  })
}

resource "aws_iam_group_policy_attachment" "login" {
  group      = aws_iam_group.customers.name
  policy_arn = aws_iam_policy.login.arn
}
