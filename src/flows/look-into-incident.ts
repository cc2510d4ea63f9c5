import { classify, isBranchOfRule, termsOf } from "../core/incident/classify.ts";
import { ownersOf, parseCodeOwners } from "../core/incident/code-owners.ts";
import type { IncidentEvent } from "../core/incident/events.ts";
import { known, unknown, type Exposure } from "../core/incident/exposure.ts";
import { isActive, type Incident, type Owner } from "../core/incident/incident.ts";
import type { IncidentConfig } from "../core/incident/incident-config.ts";
import type { CodeOccurrence } from "../core/incident/occurrence.ts";
import { incidentClasses } from "../core/incident/terms.ts";
import type { IncidentConfigOf } from "./ports/incident-config.ts";
import type { IncidentFacts } from "./ports/incident-facts.ts";
import type { Visibilities } from "./ports/visibilities.ts";
import type { ProviderTermsOf } from "./ports/provider-terms.ts";
import { recordEvents, type RecordPorts } from "./record-events.ts";

export type LookIntoPorts = RecordPorts & {
  readonly facts: IncidentFacts;
  readonly visibilities: Pick<Visibilities, "of">;
  readonly incidentConfigOf: IncidentConfigOf;
  readonly providerTermsOf: ProviderTermsOf;
};

/** Finds out what an incident is about: its class and clock, who has to see to it, who could see it. Safe to repeat. */
export async function lookIntoIncident(incidentId: string, ports: LookIntoPorts): Promise<void> {
  const incident = await ports.incidents.byId(incidentId);
  if (!incident) return;
  const said = await ports.incidentConfigOf(incident.home);
  const provider = await ports.providerTermsOf(incident.installationId, incident.ruleId);
  const config = { ...said, probing: said.probing && provider.probing };
  const exposure = await exposureOf(incident, ports);
  const owner = await ownerOf(incident, config, ports.facts);
  const terms = await termsFor(incident, exposure, config, ports.facts);
  await recordEvents(
    incidentId,
    (now) => [
      ...changed(now.terms, terms(now)),
      ...(JSON.stringify(now.owner) === JSON.stringify(owner) || !owner
        ? []
        : [{ kind: "ownerFound", owner } as const]),
      ...(sameExposure(now.exposure, exposure) ? [] : [{ kind: "exposureMeasured", exposure } as const]),
      ...(provider.revocation === "at-once" && isActive(now) && !now.drill && !now.revocation
        ? [{ kind: "revocationAsked", by: { kind: "keyward" } } as const]
        : []),
    ],
    ports,
  );
}

async function exposureOf(incident: Incident, { facts, visibilities }: LookIntoPorts): Promise<Exposure> {
  const [measured, seen] = [await facts.exposure(incident), await visibilities.of(incident.home.repoId)];
  const none = unknown("no event of the repository has told yet");
  return { ...measured, visibilities: seen.length === 0 ? none : known(seen) };
}

type Termed = { readonly terms: Incident["terms"]; readonly reason: string };

function changed(before: Incident["terms"], { terms, reason }: Termed): readonly IncidentEvent[] {
  if (JSON.stringify(before) === JSON.stringify(terms)) return [];
  return [{ kind: "termsSet", terms, by: { kind: "keyward" }, reason }];
}

/** What a person or a regression made louder is never made quieter by looking again. */
async function termsFor(
  incident: Incident,
  exposure: Exposure,
  config: IncidentConfig,
  facts: IncidentFacts,
): Promise<(now: Incident) => Termed> {
  const about = await facts.aboutRepository(incident.home);
  const branches = await branchesOf(incident, exposure, config, facts);
  const chosen = classify(
    {
      severity: incident.severity,
      provider: incident.provider,
      paths: codePlaces(incident).map(({ path }) => path),
      branches,
      ...about,
    },
    config,
  );
  return (now) => {
    const rank = (of: Incident["terms"]["class"]): number => incidentClasses.indexOf(of);
    const keep = now.classIsFixed || (now.reopenings > 0 && rank(now.terms.class) > rank(chosen.class));
    return keep
      ? { terms: termsOf(now.terms.class, config), reason: "the configuration" }
      : { terms: termsOf(chosen.class, config), reason: chosen.reason };
  };
}

/** Where it was pushed to, and where it is by now of those that a rule names: what a history held nobody saw being pushed. */
async function branchesOf(
  { branches, home, ...incident }: Incident,
  { onDefaultBranch }: Exposure,
  config: IncidentConfig,
  facts: IncidentFacts,
): Promise<readonly string[]> {
  const pushed = branches.map(({ name }) => name);
  const onDefault = onDefaultBranch.kind === "known" && onDefaultBranch.value ? [home.defaultBranch] : [];
  const known = new Set([...pushed, ...onDefault]);
  const [first] = codePlaces(incident).filter(({ repoId }) => repoId === home.repoId);
  const isWanted = (name: string): boolean => !known.has(name) && isBranchOfRule(config, name);
  const asks = config.rules.some((rule) => rule.branches !== undefined);
  const held = first && asks ? await facts.branchesWith(home, first.commit, isWanted) : [];
  return [...known, ...held];
}

const codePlaces = ({ occurrences }: Pick<Incident, "occurrences">): readonly CodeOccurrence[] =>
  occurrences.filter((one): one is CodeOccurrence => one.kind === "code");

/** The code owners of the place where it was seen first, else whoever committed it, else those the configuration names. */
async function ownerOf(incident: Incident, config: IncidentConfig, facts: IncidentFacts): Promise<Owner | null> {
  const [first] = codePlaces(incident).filter(({ repoId }) => repoId === incident.home.repoId);
  if (first) {
    const text = await facts.codeOwners(incident.home);
    // What stands inside a file that was unpacked belongs to whom the file belongs.
    const path = first.path.split("!/")[0] ?? first.path;
    const names = text === null ? [] : ownersOf(path, parseCodeOwners(text)).filter((name) => !name.includes("@"));
    if (names.length > 0) return toOwner("code-owners", names);
    const login = await facts.committer(incident.home, first.commit);
    if (login !== null) return toOwner("committer", [login]);
  }
  return config.fallbackOwners.length === 0 ? null : toOwner("fallback", config.fallbackOwners);
}

const toOwner = (source: Owner["source"], names: readonly string[]): Owner => ({
  source,
  logins: names.filter((name) => !name.includes("/")),
  teams: names.filter((name) => name.includes("/")),
});

function sameExposure(a: Exposure | null, b: Exposure): boolean {
  return a !== null && JSON.stringify({ ...a, measuredAt: "" }) === JSON.stringify({ ...b, measuredAt: "" });
}
