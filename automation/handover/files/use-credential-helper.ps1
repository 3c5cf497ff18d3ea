# Lets docker log in to our registries by itself, with the Amazon ECR credential helper: adds the entries of
# docker-config.json to docker's configuration. Other settings and logins stay as they are.
$ErrorActionPreference = 'Stop'
if (-not (Get-Command 'docker-credential-ecr-login' -ErrorAction SilentlyContinue)) {
  throw 'This script needs docker-credential-ecr-login, which is not installed. Nothing was changed.'
}

$folder = $env:DOCKER_CONFIG
if (-not $folder) { $folder = [IO.Path]::Combine([Environment]::GetFolderPath('UserProfile'), '.docker') }
# Complete: .NET and PowerShell do not share a current folder.
$folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($folder)
[void][IO.Directory]::CreateDirectory($folder)
$file = [IO.Path]::Combine($folder, 'config.json')

$text = ''
if ([IO.File]::Exists($file)) { $text = [IO.File]::ReadAllText($file) }
$isEmpty = $text.Trim() -eq ''
if ($isEmpty) { $text = '{}' }
try { $config = ConvertFrom-Json $text } catch { $config = $null }
if ($config -isnot [Management.Automation.PSCustomObject]) {
  throw "$file is not a JSON object as docker writes it. Nothing was changed."
}

if ($null -eq $config.PSObject.Properties['credHelpers']) {
  Add-Member -InputObject $config -MemberType NoteProperty -Name 'credHelpers' -Value (New-Object PSObject)
}
$helpers = $config.credHelpers
if ($helpers -isnot [Management.Automation.PSCustomObject]) {
  throw "The credHelpers in $file are not a JSON object. Nothing was changed."
}
$isChanged = $false
foreach ($registry in @hosts@) {
  $known = $helpers.PSObject.Properties[$registry]
  if ($null -ne $known -and $known.Value -ceq 'ecr-login') { continue }
  Add-Member -InputObject $helpers -MemberType NoteProperty -Name $registry -Value 'ecr-login' -Force
  $isChanged = $true
}
if (-not $isChanged) {
  'Docker uses the credential helper for our registries already. Nothing was changed.'
  return
}

# The new content is complete before it takes the place of the old one. Without a byte order mark, which
# docker does not read.
$new = "$file.new"
[IO.File]::WriteAllText($new, (ConvertTo-Json $config -Depth 100) + "`n", (New-Object Text.UTF8Encoding $false))
if ($isEmpty) {
  [IO.File]::Delete($file)
  [IO.File]::Move($new, $file)
} else {
  $number = 1
  while ([IO.File]::Exists("$file.backup-$number")) { $number++ }
  [IO.File]::Replace($new, $file, "$file.backup-$number")
  "The configuration before this change is kept in $file.backup-$number."
}
'Docker uses the credential helper for our registries.'
