/**
 * How long a pre-commit hook takes for ten files, beside the start of Node alone and git's own comparison: `npm run bench:startup -- [runs]`.
 */
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { isFresh } from "../../bin/bundle-state.js";
import { benchStaged } from "./scan/staged.ts";

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const runs = Number(process.argv[2] ?? 21);

if (!isFresh(at("dist/bundle"), at(".").replace(/\/$/, "")))
  throw new Error("make the bundle first: npm run build:scan");
console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}; medians of ${runs}`);
console.table(await benchStaged(runs));
