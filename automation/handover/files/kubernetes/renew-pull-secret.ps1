# Sets up the CronJob that renews the pull secret in the current namespace, and runs it once.
$ErrorActionPreference = 'Stop'
if (-not (Get-Command 'kubectl' -ErrorAction SilentlyContinue)) {
  throw 'This script needs kubectl, which is not installed. Nothing was changed.'
}

kubectl apply -f ([IO.Path]::Combine($PSScriptRoot, 'cronjob.yaml'))
if ($LASTEXITCODE -ne 0) { throw 'kubectl could not set up the CronJob (see above).' }
# A job cannot be run again, only created again.
kubectl delete job @renewal@-now --ignore-not-found
if ($LASTEXITCODE -ne 0) { throw 'kubectl could not delete the last job (see above).' }
kubectl create job @renewal@-now '--from=cronjob/@renewal@'
if ($LASTEXITCODE -ne 0) { throw 'kubectl could not run the CronJob (see above).' }
