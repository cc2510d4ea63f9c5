import * as z from "zod";
import type { VisibilitySpan } from "../../core/incident/exposure.ts";

const payload = z.object({
  repository: z.object({
    id: z.int().positive(),
    private: z.boolean(),
    visibility: z.enum(["public", "private", "internal"]).optional(),
    /** When GitHub last changed what it keeps of the repository: its visibility is of then. */
    updated_at: z.iso.datetime({ offset: true }),
  }),
});

/** Who could read the repository of a payload, and when that was so; null: it does not say. */
export function visibilityIn(
  body: unknown,
): { readonly repoId: number; readonly visibility: VisibilitySpan["visibility"]; readonly at: string } | null {
  const parsed = payload.safeParse(body);
  if (!parsed.success) return null;
  const { id, private: hidden, visibility, updated_at } = parsed.data.repository;
  return {
    repoId: id,
    visibility: visibility ?? (hidden ? "private" : "public"),
    at: new Date(updated_at).toISOString(),
  };
}
