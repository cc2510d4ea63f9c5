import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { isObject } from "./json.ts";
import type { Permissions } from "./state.ts";

/** What an app asks for when it is registered. */
export type AppManifest = { readonly permissions: Permissions; readonly events: readonly string[] };

/**
 * Reads the product's own manifest, so that whatever runs here has the rights and gets the events that its users are asked for, and
 * no others. https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function readManifest(file: URL = new URL("../../app.yml", import.meta.url)): AppManifest {
  const manifest: unknown = parse(readFileSync(file, "utf8"));
  if (!isObject(manifest)) throw new Error(`Expected a manifest in ${file.pathname}, found ${typeof manifest}`);
  const { default_permissions: permissions, default_events: events } = manifest;
  if (!isObject(permissions) || !Array.isArray(events))
    throw new Error(`Expected default_permissions and default_events in ${file.pathname}`);
  return { permissions: permissions as Permissions, events: events as string[] };
}
