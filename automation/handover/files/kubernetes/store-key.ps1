# Stores the key as the secret @keySecret@ in the current namespace, in place of an earlier key.
$ErrorActionPreference = 'Stop'
if (-not (Get-Command 'kubectl' -ErrorAction SilentlyContinue)) {
  throw 'This script needs kubectl, which is not installed. Nothing was changed.'
}
$OutputEncoding = New-Object Text.ASCIIEncoding

$secretFile = [IO.Path]::Combine([IO.Path]::GetDirectoryName($PSScriptRoot), '@secretFile@')
$literal = 'access-key-id=' + @keyId@
$secret = kubectl create secret generic @keySecret@ '--dry-run=client' '--output=yaml' "--from-literal=$literal" "--from-file=@secretFile@=$secretFile"
if ($LASTEXITCODE -ne 0) { throw 'kubectl could not read the key (see above).' }
$secret | kubectl apply --server-side '-f' '-'
if ($LASTEXITCODE -ne 0) { throw 'kubectl could not store the key (see above).' }
