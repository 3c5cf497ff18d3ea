// The Kubernetes objects of a bundle, as YAML. A value that begins with `$` is a placeholder: kubernetes.ts
// puts text or a list in its place.

/** `kubernetes/cronjob.yaml`: renews the pull secrets, and needs nothing in the cluster but the secret with the key. */
export const CRON_JOB = `
apiVersion: v1
kind: ServiceAccount
metadata:
  name: $renewal
  labels: { app.kubernetes.io/name: $renewal }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: $renewal
  labels: { app.kubernetes.io/name: $renewal }
rules:
  # Creating cannot be limited to a name (Kubernetes, "Referring to resources").
  - apiGroups: [""]
    resources: [secrets]
    verbs: [create]
  - apiGroups: [""]
    resources: [secrets]
    resourceNames: $pullSecrets
    verbs: [get, patch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: $renewal
  labels: { app.kubernetes.io/name: $renewal }
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: $renewal
subjects:
  - kind: ServiceAccount
    name: $renewal
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: $renewal
  labels: { app.kubernetes.io/name: $renewal }
spec:
  # A login is valid for 12 hours, so one run may fail. Not on the hour, when most schedules run.
  schedule: 17 */6 * * *
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      backoffLimit: 4
      template:
        spec:
          serviceAccountName: $renewal
          restartPolicy: Never
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            runAsGroup: 65532
            fsGroup: 65532
            seccompProfile: { type: RuntimeDefault }
          volumes:
            - name: login
              emptyDir: { medium: Memory, sizeLimit: 32Mi }
          # Amazon's image has the AWS command line, Kubernetes' own has kubectl and no shell.
          initContainers:
            - name: log-in
              image: public.ecr.aws/aws-cli/aws-cli:2.36.15
              command:
                - /bin/sh
                - -c
                - $loginScript
              env:
                - name: HOME
                  value: /login
                - name: AWS_ACCESS_KEY_ID
                  valueFrom: { secretKeyRef: { name: $keySecret, key: access-key-id } }
                - name: AWS_SECRET_ACCESS_KEY
                  valueFrom: { secretKeyRef: { name: $keySecret, key: $secretFile } }
              workingDir: /login
              volumeMounts:
                - name: login
                  mountPath: /login
              securityContext:
                allowPrivilegeEscalation: false
                capabilities: { drop: [ALL] }
              resources:
                requests: { cpu: 50m, memory: 128Mi }
                limits: { memory: 256Mi }
          containers:
            - name: store
              image: registry.k8s.io/kubectl:v1.36.1
              # Server-side: a client-side apply would copy the login into an annotation.
              args: [apply, --server-side, --force-conflicts, --filename=.]
              env:
                - name: HOME
                  value: /login
              workingDir: /login
              volumeMounts:
                - name: login
                  mountPath: /login
              securityContext:
                allowPrivilegeEscalation: false
                capabilities: { drop: [ALL] }
              resources:
                requests: { cpu: 50m, memory: 128Mi }
                limits: { memory: 256Mi }
`;

/** `kubernetes/external-secrets.yaml`, one for each registry: for clusters that run the External Secrets Operator. */
export const EXTERNAL_SECRET = `
apiVersion: generators.external-secrets.io/v1alpha1
kind: ECRAuthorizationToken
metadata:
  name: $pullSecret
spec:
  region: $region
  auth:
    secretRef:
      accessKeyIDSecretRef: { name: $keySecret, key: access-key-id }
      secretAccessKeySecretRef: { name: $keySecret, key: $secretFile }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: $pullSecret
spec:
  refreshInterval: 6h0m0s
  target:
    name: $pullSecret
    creationPolicy: Owner
    template:
      type: kubernetes.io/dockerconfigjson
      data:
        .dockerconfigjson: $dockerConfig
  dataFrom:
    - sourceRef:
        generatorRef:
          apiVersion: generators.external-secrets.io/v1alpha1
          kind: ECRAuthorizationToken
          name: $pullSecret
`;
