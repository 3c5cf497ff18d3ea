# Writes the key to the AWS profile @profile@, in place of an earlier key. Other profiles stay as they are.
$ErrorActionPreference = 'Stop'

$secretFile = [IO.Path]::Combine($PSScriptRoot, '@secretFile@')
if (-not [IO.File]::Exists($secretFile)) { throw 'There is no file @secretFile@. Nothing was changed.' }
$secret = [IO.File]::ReadAllText($secretFile).Trim()
if ($secret -eq '') { throw 'The file @secretFile@ is empty. Nothing was changed.' }

$file = $env:AWS_SHARED_CREDENTIALS_FILE
if (-not $file) { $file = [IO.Path]::Combine([Environment]::GetFolderPath('UserProfile'), '.aws', 'credentials') }
# Complete: .NET and PowerShell do not share a current folder.
$file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($file)
[void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($file))

$lines = New-Object Collections.Generic.List[string]
if ([IO.File]::Exists($file)) {
  # Without our profile, from its header to the next one.
  $isOurs = $false
  foreach ($line in [IO.File]::ReadAllLines($file)) {
    if ($line -match '^\s*\[') { $isOurs = $line -match '^\s*\[\s*@profile@\s*\]' }
    if (-not $isOurs) { $lines.Add($line) }
  }
}
$lines.Add('[@profile@]')
$lines.Add('aws_access_key_id = ' + @keyId@)
$lines.Add('aws_secret_access_key = ' + $secret)

# The new content is complete before it takes the place of the old one. Without a byte order mark, which the
# AWS command line would take for a part of the first line.
$new = "$file.new"
[IO.File]::WriteAllText($new, ($lines -join "`n") + "`n", (New-Object Text.UTF8Encoding $false))
if ([IO.File]::Exists($file)) { [IO.File]::Replace($new, $file, [NullString]::Value) }
else { [IO.File]::Move($new, $file) }
'The AWS profile @profile@ is ready. Delete @secretFile@ when nothing else needs it.'
