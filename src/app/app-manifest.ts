import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";

const manifest = z.looseObject({
  default_permissions: z.record(z.string(), z.string()),
  default_events: z.array(z.string()),
});

/** The app as `app.yml` registers it. */
export type AppManifest = z.infer<typeof manifest>;

/** Reads `app.yml`, which stands beside `src/` and `dist/`. */
export const readAppManifest = (): AppManifest =>
  manifest.parse(parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")));
