/**
 * Creates the GitHub App for an organization and writes its credentials where `compose.yaml` and `npm start` look for them.
 *
 *   npm run create-app -- --org ORGANIZATION --url https://keyward.example.com
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import * as z from "zod";
import { registerApp } from "../src/app/setup/register-app.ts";
import { filesInTheWay, writeSecretFiles } from "../src/app/setup/secret-files.ts";

const usage = `usage: npm run create-app -- --org ORGANIZATION --url URL [--name NAME] [--github URL]
  --org     the organization that will own the app (you have to be an owner of it)
  --url     where Keyward can be reached from GitHub: https://keyward.example.com
  --name    the app's name, unique at GitHub (Keyward for ORGANIZATION)
  --github  the address of a GitHub Enterprise Server (https://github.com)`;

const root = fileURLToPath(new URL("..", import.meta.url));

async function main(): Promise<number> {
  const options = readOptions();
  if (typeof options === "string") return fail(`${options}\n\n${usage}`);
  const inTheWay = filesInTheWay(root);
  if (inTheWay.length > 0) {
    return fail(`There is already ${inTheWay.join(", ")}. Move it away first: a key that is overwritten is lost.`);
  }
  const manifest = z.record(z.string(), z.unknown()).parse(parse(readFileSync(`${root}app.yml`, "utf8")));
  const app = await registerApp({
    manifest: {
      ...manifest,
      name: options.name,
      url: options.url,
      hook_attributes: { url: `${options.url}/webhooks`, active: true },
    },
    organization: options.org,
    githubUrl: options.github,
    apiUrl: options.github === "https://github.com" ? "https://api.github.com" : `${options.github}/api/v3`,
    onReady: (url) => console.log(`Open ${url} in a browser on this machine and follow it to GitHub.`),
  });
  const written = writeSecretFiles(root, app, "containers");
  console.log(`Created ${app.url} and wrote ${written.join(", ")}.

Next
  1. Install the app on the repositories it should guard: ${app.url}/installations/new
  2. Start Keyward: docker compose up --build -d   (or: npm start)`);
  return 0;
}

type Options = { readonly org: string; readonly url: string; readonly name: string; readonly github: string };

function readOptions(): Options | string {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({ options: { org: text, url: text, name: text, github: text } });
    const { org, url, github = "https://github.com", name = `Keyward for ${org}` } = values;
    if (org === undefined || url === undefined) return "--org and --url are needed.";
    if (!/^https:\/\/[^/?#]+\/?$/.test(url)) return `--url has to be https and without a path; it is ${url}`;
    if (name.length > 34)
      return `--name can have 34 characters at GitHub; "${name}" has ${name.length}. Give a shorter one.`;
    return { org, url: url.replace(/\/$/, ""), github: github.replace(/\/$/, ""), name };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function fail(message: string): number {
  console.error(message);
  return 2;
}

process.exitCode = await main();
