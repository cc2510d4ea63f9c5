// Lists every provider with its patterns, and whether it has a playbook of its own, a probe and a revocation: `npm run playbooks`,
// for machines `npm run -s playbooks -- --json`.
import { loadProviders } from "../src/adapters/files/provider-files.ts";
import { handlingOf, type Provider } from "../src/core/provider/provider.ts";
import { allProviders } from "../src/core/provider/generic-providers.ts";

const providers = allProviders(loadProviders());

/** `all`: for every rule; `part`: for some. */
type Extent = "all" | "part" | "none";

function extentOf(provider: Provider, has: (ruleId: string) => boolean): Extent {
  const with_ = provider.ruleIds.filter(has).length;
  return with_ === 0 ? "none" : with_ === provider.ruleIds.length ? "all" : "part";
}

const rows = providers.map((provider) => {
  const of = (ruleId: string) => handlingOf(provider, ruleId);
  return {
    provider: provider.name,
    slug: provider.slug,
    patterns: provider.ruleIds,
    playbook: extentOf(provider, (id) => of(id).hasOwnPlaybook) === "none" ? ("generic" as const) : ("own" as const),
    probe: extentOf(provider, (id) => of(id).probe !== null),
    revocation: extentOf(provider, (id) => of(id).revocation !== null),
  };
});

const count = (has: (row: (typeof rows)[number]) => boolean): number => rows.filter(has).length;
const total = {
  providers: rows.length,
  patterns: rows.reduce((sum, { patterns }) => sum + patterns.length, 0),
  ownPlaybooks: count(({ playbook }) => playbook === "own"),
  probes: count(({ probe }) => probe !== "none"),
  revocations: count(({ revocation }) => revocation !== "none"),
};

if (process.argv.includes("--json")) console.log(JSON.stringify({ providers: rows, total }, null, 2));
else {
  const width = Math.max(...rows.map(({ slug }) => slug.length));
  console.log(`${"provider".padEnd(width)}  patterns  playbook  probe  revocation`);
  for (const { slug, patterns, playbook, probe, revocation } of rows) {
    const shown = [patterns.length.toString().padStart(8), playbook.padEnd(8), mark(probe).padEnd(5), mark(revocation)];
    console.log(`${slug.padEnd(width)}  ${shown.join("  ")}`.trimEnd());
  }
  console.log(
    `\n${total.providers} providers, ${total.patterns} patterns; ${total.ownPlaybooks} playbooks of their own (the others are generic, by kind of credential), ${total.probes} with a probe, ${total.revocations} with a revocation.`,
  );
}

function mark(extent: Extent): string {
  return { all: "yes", part: "part", none: "" }[extent];
}
