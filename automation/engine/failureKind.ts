/** Why a run of the engine failed. */
export type EngineFailureKind =
  | "locked"
  | "passphrase"
  | "wrongAccount"
  | "credentials"
  | "noEngine"
  | "engineTooOld"
  | "noStack"
  | "backend"
  | "throttled"
  | "unreachable"
  | "diskFull"
  | "tornState"
  | "cancelled"
  | "stalled"
  | "resources"
  | "program"
  | "unknown";
