import { z } from "zod";

/** When a credential is revoked with itself, which cannot be taken back. */
export const revocationPolicies = ["never", "on-approval", "at-once"] as const;
export type RevocationPolicy = (typeof revocationPolicies)[number];

const host = z
  .string()
  .regex(
    /^(?=[a-z0-9.-]*[a-z])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/,
    "the name of a host in small letters, such as gitlab.acme.com: no address, no port",
  );

/** What an owner allows for one provider. */
const providerSchema = z.strictObject({
  probing: z
    .boolean()
    .optional()
    .describe("Whether it may be asked if a leaked credential still works; no by default."),
  hosts: z.array(host).min(1).optional().describe("Your own instances, of a provider that can be self-hosted."),
  revocation: z
    .enum(revocationPolicies)
    .optional()
    .describe("Whether a leaked credential is revoked with itself: never (default), on-approval, at-once."),
});

const text = z.string().min(1);

/** Which secrets a manager of secrets rotates. All that is given must fit; `*` stands for anything. */
const rotationSchema = z.strictObject({
  hook: text.describe("The name of a hook that whoever runs the server has set up."),
  rules: z.array(text).min(1).optional().describe("Ids of rules, such as stripe-*."),
  repositories: z.array(text).min(1).optional().describe("Repositories, such as acme/shop-*."),
  fingerprints: z
    .array(z.string().regex(/^[0-9a-f]{32}$/))
    .min(1)
    .optional()
    .describe("Fingerprints of secrets."),
});

/**
 * The sections of an organization's configuration that decide who may be sent a leaked credential, or be asked to rotate it. They
 * count only where the organization's administrators keep its configuration, never in a repository's own file: who may change a
 * repository must not be able to have its secrets sent somewhere.
 */
export const providerSections = {
  providers: z
    .record(text, providerSchema)
    .optional()
    .describe(
      "By provider, as its file in patterns/ is called: whether it may be asked about and have revoked what leaked.",
    ),
  rotation: z.array(rotationSchema).optional().describe("Which secrets are rotated by a manager of secrets."),
};

const sectionsSchema = z.strictObject(providerSections);
export type ProviderConfig = z.infer<typeof sectionsSchema>;

/** What is allowed for one provider. */
export type ProviderTerms = {
  readonly probing: boolean;
  readonly hosts: readonly string[];
  readonly revocation: RevocationPolicy;
};

/** Nothing, where nothing is said. */
export function termsOf(config: ProviderConfig, slug: string | null): ProviderTerms {
  const said = slug !== null && Object.hasOwn(config.providers ?? {}, slug) ? config.providers?.[slug] : undefined;
  return { probing: said?.probing ?? false, hosts: said?.hosts ?? [], revocation: said?.revocation ?? "never" };
}

/** A leaked secret as far as it matters for who rotates it. */
type Leaked = { readonly ruleId: string; readonly fingerprint: string; readonly repository: string };

/** The names of the hooks that rotate a secret, each once. A mapping that narrows nothing maps nothing. */
export function hooksFor({ rotation = [] }: ProviderConfig, leaked: Leaked): readonly string[] {
  const fitting = rotation.filter(({ rules, repositories, fingerprints }) => {
    const tests = [
      rules?.some((pattern) => fits(pattern, leaked.ruleId)),
      repositories?.some((pattern) => fits(pattern.toLowerCase(), leaked.repository.toLowerCase())),
      fingerprints?.includes(leaked.fingerprint),
    ].filter((test) => test !== undefined);
    return tests.length > 0 && tests.every((test) => test);
  });
  return [...new Set(fitting.map(({ hook }) => hook))];
}

function fits(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === text;
  const last = rest.pop() ?? "";
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
