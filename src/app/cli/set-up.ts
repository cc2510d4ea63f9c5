import { loadEnvFile } from "node:process";
import { readAppManifest } from "../app-manifest.ts";
import type { Role } from "../compose.ts";
import type { SettingProblem } from "../settings.ts";
import { filesInTheWay, writeSecretFiles } from "../setup/secret-files.ts";
import { serveSetupPage } from "../setup/setup-page.ts";

/** What an app's credentials are: without all of them this is a first start. */
const credentials = ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET"];

/**
 * At a first start on somebody's machine, serves the page that creates the GitHub App, writes its credentials for their owner alone and
 * puts them into the environment. Gives whether it did; in production, or where there is anything that could be lost, it does not.
 */
export async function setUp(role: Role, problems: readonly SettingProblem[]): Promise<boolean> {
  const isFirst = credentials.every((name) => problems.some((problem) => problem.name === name && isMissing(problem)));
  if (!isFirst || problems.length > credentials.length || role !== "all" || process.env["NODE_ENV"] === "production")
    return false;
  const folder = process.cwd();
  const inTheWay = filesInTheWay(folder);
  if (inTheWay.length > 0) {
    console.error(`\nThere is ${inTheWay.join(", ")} already: complete it, or move it away to create a new app here.`);
    return false;
  }
  const apiUrl = (process.env["GITHUB_API_URL"] ?? "https://api.github.com").replace(/\/+$/, "");
  const app = await serveSetupPage({
    manifest: readAppManifest(),
    githubUrl: apiUrl === "https://api.github.com" ? "https://github.com" : apiUrl.replace(/\/api\/v3$/, ""),
    apiUrl,
    port: Number(process.env["PORT"] ?? 3000) || 0,
    onReady: (url, code) =>
      console.error(`\nOr create the app now: open ${url} in a browser on this machine, and type in the code ${code}`),
  });
  const written = writeSecretFiles(folder, app, "owner");
  loadEnvFile(".env");
  console.error(
    `Created ${app.url} and wrote ${written.join(", ")}, for you alone. Install the app: ${app.url}/installations/new`,
  );
  return true;
}

const isMissing = ({ problem }: SettingProblem): boolean => problem.startsWith("missing");
