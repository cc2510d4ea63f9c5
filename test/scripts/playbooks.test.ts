import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { loadProviders } from "../../src/adapters/files/provider-files.ts";
import { allProviders } from "../../src/core/provider/generic-providers.ts";
import { handlingOf } from "../../src/core/provider/provider.ts";

type Listed = {
  readonly providers: readonly {
    readonly slug: string;
    readonly patterns: readonly string[];
    readonly playbook: string;
  }[];
  readonly total: { readonly ownPlaybooks: number; readonly probes: number };
};

const providers = allProviders(loadProviders());

it("lists every provider with what there is for it", () => {
  const listed = JSON.parse(
    execFileSync(process.execPath, ["scripts/playbooks.ts", "--json"], { encoding: "utf8" }),
  ) as Listed;
  expect(listed.providers.map(({ slug }) => slug)).toEqual(providers.map(({ slug }) => slug));
  expect(listed.providers.find(({ slug }) => slug === "github")).toMatchObject({
    playbook: "own",
    probe: "part",
    revocation: "part",
  });
  expect(listed.total.ownPlaybooks).toBeGreaterThanOrEqual(60);
});

it("gives plain words and pages for every rule", () => {
  const faults = providers.flatMap((provider) =>
    provider.ruleIds.flatMap((ruleId) => {
      const { issue, revoke, reach, links } = handlingOf(provider, ruleId).playbook;
      const lines = [...issue, ...revoke, ...reach];
      const odd = lines.filter((line) => !/^[A-Za-z].*[.:)]$/.test(line) || /[`*[\]]|\{name\}/.test(line));
      const hasPages = links.length > 0 || provider.slug === "generic";
      return [...odd.map((line) => `${ruleId}: ${line}`), ...(hasPages ? [] : [`${ruleId}: no page`])];
    }),
  );
  expect(faults).toEqual([]);
});
