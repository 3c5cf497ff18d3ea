# Sets up the CronJob that renews the pull secret, and runs it once.
$ErrorActionPreference = 'Stop'
if (-not (Get-Command 'kubectl' -ErrorAction SilentlyContinue)) {
  throw 'This script needs kubectl, which is not installed. Nothing was changed.'
}

kubectl apply -f ([IO.Path]::Combine($PSScriptRoot, 'cronjob.yaml'))
if ($LASTEXITCODE -ne 0) { throw 'kubectl could not set up the CronJob (see above).' }
# A job cannot be run again, only created again.
function Start-Renewal([string[]] $options = @()) {
  kubectl delete job @renewal@-now --ignore-not-found @options
  if ($LASTEXITCODE -ne 0) { throw 'kubectl could not delete the last job (see above).' }
  kubectl create job @renewal@-now '--from=cronjob/@renewal@' @options
  if ($LASTEXITCODE -ne 0) { throw 'kubectl could not run the CronJob (see above).' }
}
@renewals@
