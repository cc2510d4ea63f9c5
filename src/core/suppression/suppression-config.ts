import * as z from "zod";
import { suppressionReasons, type SuppressionReason } from "./suppression.ts";

const isWhole = ({ fingerprint, blob, path, line }: Partial<Record<string, unknown>>): boolean =>
  fingerprint === undefined
    ? blob !== undefined && path !== undefined && line !== undefined
    : blob === undefined && path === undefined && line === undefined;

/** The section `suppressions` of `.github/keyward.yml`. */
export const suppressionSection = z.array(
  z
    .strictObject({
      fingerprint: z
        .string()
        .regex(/^[0-9a-f]{32}$/, "the 32 hexadecimal digits that the check shows")
        .optional()
        .describe("The secret, as the check shows it."),
      blob: z
        .string()
        .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "the id that git gives to a file's content")
        .optional()
        .describe("The secret, by the content it stands in: the id of a blob, with path and line."),
      path: z.string().min(1).optional(),
      line: z.int().positive().optional(),
      reason: z.enum(suppressionReasons),
      note: z.string().max(500).optional(),
      until: z.iso.date("a day such as 2027-06-30").optional().describe("The last day on which it holds."),
    })
    .refine(isWhole, "either `fingerprint`, or `blob`, `path` and `line`"),
);

/** A secret that the configuration suppresses. Content never changes under its id, so neither does the secret that is meant. */
export type ConfiguredSuppression = {
  readonly secret:
    { readonly kind: "fingerprint"; readonly fingerprint: string } | ({ readonly kind: "place" } & SecretPlace);
  readonly reason: SuppressionReason;
  readonly note: string;
  readonly until: string | null;
};

/** A line of a file's content. */
export type SecretPlace = { readonly blob: string; readonly path: string; readonly line: number };

type Section = z.infer<typeof suppressionSection>;

/** The organization's and the repository's: each holds beside the other. */
export const toSuppressions = (organization: Section, repository: Section): readonly ConfiguredSuppression[] =>
  [...organization, ...repository].flatMap(
    ({ fingerprint, blob, path, line, reason, note = "", until }): ConfiguredSuppression[] => {
      const common = { reason, note, until: until === undefined ? null : `${until}T23:59:59.999Z` };
      if (fingerprint !== undefined) return [{ secret: { kind: "fingerprint", fingerprint }, ...common }];
      if (blob === undefined || path === undefined || line === undefined) return [];
      return [{ secret: { kind: "place", blob, path, line }, ...common }];
    },
  );
