import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { ImageConfig } from "./buildah.ts";

const run = promisify(execFile);

export type Container = {
  readonly output: () => string;
  readonly exitCode: () => number | null;
  /** Runs a command inside, as the same user; gives its exit code and what it said. */
  readonly exec: (...command: string[]) => Promise<{ readonly code: number; readonly said: string }>;
  /** SIGTERM, as every orchestrator sends it; gives the exit code. */
  readonly stop: () => Promise<number | null>;
  readonly kill: () => Promise<void>;
};

export type ContainerOptions = {
  readonly root: string;
  readonly image: ImageConfig;
  readonly env: Readonly<Record<string, string>>;
  /** For the volumes of the image and the container's own files. */
  readonly directory: string;
};

const none: readonly string[] = [];

/**
 * Runs an image by runc as `compose.yaml` and the Kubernetes manifest ask for it: its own user, no capability and no way to get one, a
 * root file system that is read-only, volumes for what it writes. The network is the machine's, as its GitHub is on loopback.
 */
export function startContainer({ root, image, env, directory }: ContainerOptions): Container {
  const [uid = Number.NaN, gid = Number.NaN] = image.User.split(":").map(Number);
  const volumes = Object.keys(image.Volumes).map((destination, at) => {
    const source = join(directory, `volume-${at}`);
    mkdirSync(source);
    chownSync(source, uid, gid);
    return { destination, source, type: "bind", options: ["bind", "rw", "nosuid", "nodev"] };
  });
  const process = {
    terminal: false,
    user: { uid, gid },
    args: [...image.Entrypoint, ...image.Cmd],
    env: [...image.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
    cwd: image.WorkingDir,
    noNewPrivileges: true,
    capabilities: { bounding: none, effective: none, inheritable: none, permitted: none, ambient: none },
  };
  const config = {
    ociVersion: "1.0.2",
    process,
    root: { path: root, readonly: true },
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "tmpfs", source: "tmpfs", options: ["nosuid", "mode=755"] },
      { destination: "/dev/shm", type: "tmpfs", source: "shm", options: ["nosuid", "nodev", "noexec", "mode=1777"] },
      ...volumes,
    ],
    linux: { namespaces: ["pid", "mount", "ipc", "uts"].map((type) => ({ type })) },
  };
  writeFileSync(join(directory, "config.json"), JSON.stringify(config));
  const state = ["--root", join(directory, "state")];
  const name = basename(directory);
  const child = spawn("runc", [...state, "run", "--bundle", directory, name], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const end = async (signal: string): Promise<number | null> => {
    if (child.exitCode === null) {
      const ended = once(child, "exit");
      await run("runc", [...state, "kill", name, signal]);
      await ended;
    }
    return child.exitCode;
  };
  return {
    output: () => output,
    exitCode: () => child.exitCode,
    exec: async (...command) => {
      const { User: user } = image;
      const given = process.env.flatMap((one) => ["--env", one]);
      const args = [...state, "exec", "--user", user, "--cwd", image.WorkingDir, ...given, name, ...command];
      return run("runc", args).then(
        ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
        (error: unknown) => {
          const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
          return { code, said: stdout + stderr };
        },
      );
    },
    stop: () => end("TERM"),
    kill: async () => void (await end("KILL")),
  };
}
