import { bothIdentities, hasRole, hasUser, identityOf } from "../../src/customers/identity";
import { principalArns, withoutPrincipal } from "../../src/access/principals";
import { roleArn, roleName, userArn, userName } from "../../src/access/arns";
import { serialize } from "../../src/access/serialize";
import { includesSource, sourceOf as placesOf } from "../../src/access/source";
import { trustPolicy } from "../../src/access/trustPolicy";
import { accessEnded } from "../../src/access/entitlements";
import { byText } from "../../src/access/order";
import { pullTagKey } from "../../src/access/tags";
import type { StackInput } from "../../src/project";
import type { CustomerOutput } from "../../src/stack/outputs";
import type { StateResource } from "../engine/recovery";
import { endBy, endOf, later, sourceBy, type Deny, type End, type Source } from "./appliedDeny";
import { isFinished, principalsOf, StateResources, tagsOf } from "./stateResources";

/** What an update has left, as its state shows it, in the terms of the record. */
export class AppliedState {
  readonly #input: StackInput;
  readonly #state: StateResources;

  constructor(resources: readonly StateResource[], input: StackInput) {
    this.#input = input;
    this.#state = new StateResources(resources);
  }

  /**
   * One customer as the update has left it.
   *
   * @param next - what its file says; undefined without a file.
   * @param last - what was recorded before.
   * @returns undefined when it has nothing: it was never created, or it is deleted.
   */
  customer(
    id: string,
    next: CustomerOutput | undefined,
    last: CustomerOutput | undefined,
  ): CustomerOutput | undefined {
    const applied = next && this.#applied(id, this.#asNamed(id, next, last), last);
    if (applied !== undefined && applied.repositories.length > 0) return applied;
    // It may still be what it was: an update from a key to an account of its own has failed, or its deletion.
    const kept = last && this.#applied(id, last, last);
    const isStill = kept !== undefined && kept.repositories.length > 0;
    return isStill ? kept : (applied ?? kept);
  }

  /**
   * Of a customer that moves from one identity to another: as whom the policies let it pull by now, which may
   * be the old one, the new one or both.
   */
  #asNamed(id: string, next: CustomerOutput, last: CustomerOutput = next): CustomerOutput {
    const { config } = this.#input;
    const users = [next, last].map((one) =>
      userArn(config, userName(config.namePrefix, { id, ...one })),
    );
    const role = roleArn(config, roleName(config.namePrefix, { id }));
    const isTagged = (resource: StateResource | undefined) =>
      Object.keys(tagsOf(resource)).some((key) => key.startsWith(pullTagKey("")));
    const isNamed = (arn: string) =>
      (users.includes(arn) && isTagged(this.#state.users.get(id))) ||
      (arn === role && isTagged(this.#state.roles.get(id))) ||
      this.#isPrincipal(arn);
    const old = principalArns({ id, ...last }, config).filter(isNamed);
    const [planned, open] = partitioned(principalArns({ id, ...next }, config), isNamed);
    if (planned.length === 0) return next;
    const now = open.reduce((one, arn) => withoutPrincipal(one, arn, config) ?? one, {
      id,
      ...next,
    });
    const { id: _, ...named } = old.every((arn) => planned.includes(arn))
      ? now
      : { ...now, ...bothIdentities(now, last) };
    return named;
  }

  /** Whether a policy of any repository names it. */
  #isPrincipal(arn: string): boolean {
    return [...this.#state.policies.values()].some((its) =>
      [...its.values()].some((policy) => isFinished(policy) && principalsOf(policy).includes(arn)),
    );
  }

  #applied(
    id: string,
    one: CustomerOutput,
    last: CustomerOutput | undefined,
  ): CustomerOutput | undefined {
    const isUser = hasUser(one);
    const isAccount = !isUser && !hasRole(one);
    if (isUser && !this.#state.users.has(id)) return undefined;
    if (!isUser && hasRole(one) && !this.#state.roles.has(id)) return undefined;
    const end = isAccount ? endOf(one) : this.#end(id, one, last);
    const hasEnded = accessEnded(end, this.#input.today);
    const candidates = [...new Set([...one.repositories, ...(last?.repositories ?? [])])].sort(
      byText,
    );
    const named = candidates.filter((repository) => this.#canPull(id, one, repository, last));
    // One that has ended pulls nothing; the file's repositories are what it gets back.
    const repositories = hasEnded && named.length === 0 ? one.repositories : named;
    if (isAccount && repositories.length === 0) return undefined;
    // An account is let in by nothing but the policies.
    const isOpen = one.awsAccount !== undefined && hasEnded && named.length > 0;
    const status = isOpen ? endOf(last ?? one) : end;
    const { userName: ownName, company, revoked } = one;
    const user = isUser ? this.#userGeneration(id, one, last) : one.user;
    const source = isAccount ? {} : this.#source(id, one, last);
    return {
      repositories,
      ...status,
      ...(user === undefined ? {} : { user }),
      ...(revoked !== undefined && status.status === "suspended" ? { revoked } : {}),
      ...identityOf(this.#withTrust(id, one, last)),
      ...(ownName === undefined ? {} : { userName: ownName }),
      ...source,
      ...this.#regions(id, one, last, hasEnded),
      ...(company === undefined ? {} : { company }),
      keys: isUser ? (this.#state.keys.get(id) ?? {}) : {},
    };
  }

  /** A file may ask for another user, and the old one may still be there. */
  #userGeneration(id: string, one: CustomerOutput, last: CustomerOutput | undefined) {
    const trigger = this.#state.users.get(id)?.replacementTrigger;
    return typeof trigger === "number" && trigger === (one.user ?? 1) ? one.user : last?.user;
  }

  /** Whose tokens its role trusts: those of the file, if the state has them. */
  #withTrust(id: string, one: CustomerOutput, last: CustomerOutput | undefined): CustomerOutput {
    const role = this.#state.roles.get(id);
    if (!hasRole(one) || role === undefined) return one;
    const isOf = (some: CustomerOutput | undefined) =>
      some?.oidc !== undefined &&
      role.inputs?.["assumeRolePolicy"] === serialize(trustPolicy(some.oidc, this.#input.config));
    if (isFinished(role) && isOf(one)) return one;
    // An update that failed halfway may or may not have changed it.
    return last?.oidc !== undefined && (!isFinished(role) || isOf(last))
      ? { ...one, oidc: last.oidc }
      : one;
  }

  /** Whether and when the customer's access ends, by the deny policies of its user and role: the later one counts. */
  #end(id: string, one: CustomerOutput, last: CustomerOutput | undefined): End {
    const ends = this.#ownDenies(id, one).map((deny) => endBy(deny, one, last));
    return ends.reduce(later);
  }

  /** Of each of its identities that the stack declares; undefined for one without a policy. */
  #ownDenies(id: string, one: CustomerOutput): [Deny, ...Deny[]] {
    const user = this.#state.denies.get(id);
    if (!hasRole(one)) return [user];
    const role = this.#state.roleDenies.get(id);
    return hasUser(one) ? [user, role] : [role];
  }

  /** In which regions it may pull: those of the file or those before, the fewest that the policies agree with. */
  #regions(
    id: string,
    one: CustomerOutput,
    last: CustomerOutput | undefined,
    hasEnded: boolean,
  ): Pick<CustomerOutput, "regions"> {
    const arns = principalArns({ id, ...one }, this.#input.config);
    const named = [...this.#state.policies.values()].flatMap((its) =>
      [...its].flatMap(([region, policy]) =>
        arns.some((arn) => principalsOf(policy).includes(arn)) ? region : [],
      ),
    );
    const lists = [one.regions, ...(hasEnded || last === undefined ? [] : [last.regions])];
    const [regions] = lists
      .filter((list) => list !== undefined)
      .filter((list) => named.every((region) => list.includes(region)))
      .sort((a, b) => a.length - b.length);
    return regions === undefined ? {} : { regions };
  }

  /** From where it may pull, according to the deny policies of its user and role: the wider one counts. */
  #source(id: string, one: CustomerOutput, last: CustomerOutput | undefined): Source {
    const sources = this.#ownDenies(id, one).map((deny) => sourceBy(deny, one, last));
    return sources.reduce((a, b) => (includesSource(placesOf(a), placesOf(b)) ? a : b));
  }

  #canPull(
    id: string,
    one: CustomerOutput,
    repository: string,
    last: CustomerOutput | undefined,
  ): boolean {
    const { config } = this.#input;
    const arns = principalArns({ id, ...one }, config);
    const tags = {
      ...(hasUser(one) ? tagsOf(this.#state.users.get(id)) : {}),
      ...(hasRole(one) ? tagsOf(this.#state.roles.get(id)) : {}),
    };
    const policies = [...(this.#state.policies.get(repository)?.values() ?? [])];
    const known = policies.filter(isFinished);
    return (
      known.some((policy) => principalsOf(policy).some((arn) => arns.includes(arn))) ||
      tags[pullTagKey(repository)] !== undefined ||
      (known.length < policies.length && last?.repositories.includes(repository) === true)
    );
  }

  /** The regions in which a repository has its policy; all of them when it has none anywhere. */
  regions(repository: string, all: readonly string[]): readonly string[] {
    const policies = this.#state.policies.get(repository);
    return policies === undefined ? all : all.filter((region) => policies.has(region));
  }
}

/** Those that pass, and the others. */
function partitioned(all: readonly string[], passes: (one: string) => boolean) {
  return [all.filter(passes), all.filter((one) => !passes(one))] as const;
}
