# Logs docker in. A login is valid for 12 hours: run this again, or use the credential helper (README.md).
$ErrorActionPreference = 'Stop'
foreach ($tool in 'aws', 'docker') {
  if (Get-Command $tool -ErrorAction SilentlyContinue) { continue }
  throw "This script needs $tool, which is not installed. Nothing was changed."
}
# Without a byte order mark, which docker would take for a part of the password.
$OutputEncoding = New-Object Text.ASCIIEncoding

function Connect-Registry([string] $region, [string] $registry) {
  $password = aws ecr get-login-password@profileOption@ --region $region
  if ($LASTEXITCODE -ne 0) { throw "aws could not get a login for $region (see above)." }
  $password | docker login --username AWS --password-stdin $registry
  if ($LASTEXITCODE -ne 0) { throw "docker could not log in to $registry (see above)." }
}
@logins@
