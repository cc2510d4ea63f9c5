import { known, unknown, type Exposure } from "../../src/core/incident/exposure.ts";
import type { IncidentFacts } from "../../src/flows/ports/incident-facts.ts";

const silent = unknown("nobody can be asked here");

const nothingKnown: Omit<Exposure, "visibilities"> = {
  measuredAt: "2026-11-02T00:00:00.000Z",
  since: silent,
  visibility: silent,
  forks: silent,
  clones: silent,
  collaborators: silent,
  onDefaultBranch: silent,
  tags: silent,
  releases: silent,
  otherRepositories: known(0),
  gitEvents: silent,
};

/** Facts as a test says them; of what it does not say nothing is known. */
export function fakeIncidentFacts(
  said: {
    readonly codeOwners?: string;
    readonly committer?: string;
    readonly topics?: readonly string[];
    readonly public?: boolean;
    readonly branches?: readonly string[];
    readonly exposure?: Partial<Exposure>;
  } = {},
): IncidentFacts {
  return {
    aboutRepository: async () => ({ topics: said.topics ?? [], properties: {}, public: said.public ?? false }),
    codeOwners: async () => said.codeOwners ?? null,
    committer: async () => said.committer ?? null,
    branchesWith: async (_, __, isWanted) => (said.branches ?? []).filter(isWanted),
    exposure: async () => ({ ...nothingKnown, ...said.exposure }),
  };
}
