import type { Context, InputRule } from "../resourceType";

/** An ECR resource can be in another region than the provider's; moving it replaces it. */
export const REGION: InputRule = { region: true, replaces: true };

/**
 * Which repository, and where. Imported by `repository`, or by `repository@region` when it is not
 * in the provider's own region.
 */
export function fromEcrId(id: string, { settings }: Context): { name: string; region: string } {
  const [name = "", region = settings.region] = id.split("@");
  return { name, region };
}
