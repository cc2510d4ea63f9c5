import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CreatedApp } from "./register-app.ts";

/** The files that would be overwritten if an app's credentials were written to `folder`; a key that is overwritten is lost. */
export function filesInTheWay(folder: string): string[] {
  return [".env", ...appFiles.map((name) => join("secrets", name))].filter((path) => existsSync(join(folder, path)));
}

/**
 * Writes `.env` and `secrets/` in `folder`, as `compose.yaml` and `npm start` read them. Makes a master key and a database password unless
 * there are some already; never overwrites a file. Returns the files written.
 */
export function writeSecretFiles(folder: string, app: CreatedApp, reader: "owner" | "containers"): string[] {
  // Nobody else can enter the folder. Its files are readable where Compose mounts each of them into a container with another user.
  mkdirSync(join(folder, "secrets"), { recursive: true, mode: 0o700 });
  chmodSync(join(folder, "secrets"), 0o700);
  const password = randomBytes(24).toString("hex");
  const contents: Readonly<Record<string, string>> = {
    ".env": environment(app),
    "secrets/private-key.pem": app.privateKey,
    "secrets/webhook-secret": app.webhookSecret,
    "secrets/master-key": randomBytes(32).toString("base64"),
    "secrets/postgres-password": password,
    "secrets/database-url": `postgres://keyward:${password}@postgres:5432/keyward?sslmode=disable`,
  };
  // The password stands in two files: they are written together or not at all.
  const kept = existsSync(join(folder, "secrets/postgres-password")) ? ["postgres-password", "database-url"] : [];
  const skipped = new Set([...kept, "master-key"].map((name) => `secrets/${name}`));
  const wanted = Object.entries(contents).filter(([path]) => !(skipped.has(path) && existsSync(join(folder, path))));
  for (const [path, text] of wanted) {
    writeFileSync(join(folder, path), `${text.trimEnd()}\n`, { flag: "wx", mode: 0o600 });
    // Said by itself, as a mode that a file is made with is less what the umask takes away.
    if (reader === "containers" && path !== ".env") chmodSync(join(folder, path), 0o644);
  }
  return wanted.map(([path]) => path);
}

const appFiles = ["private-key.pem", "webhook-secret"];

const environment = ({ id }: CreatedApp): string => `# Written by create-app; all settings are in .env.example.
APP_ID=${id}
PRIVATE_KEY_FILE=./secrets/private-key.pem
WEBHOOK_SECRET_FILE=./secrets/webhook-secret
KEYWARD_MASTER_KEY_FILE=./secrets/master-key`;
