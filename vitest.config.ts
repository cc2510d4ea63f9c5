import { defineConfig, type TestProjectConfiguration } from "vitest/config";

/** What touches nothing outside: its files share a process, as starting one for each took a third of their time. */
const pure = ["test/core/**/*.test.ts", "test/patterns/**/*.test.ts"];

const projects: TestProjectConfiguration[] = [
  { extends: true, test: { name: "core", include: pure, isolate: false } },
  { extends: true, test: { name: "rest", include: ["test/**/*.test.ts"], exclude: pure } },
];

export default defineConfig({
  test: {
    projects,
    globalSetup: ["test/support/run-directory-setup.ts"],
    // Has every file fail in whose course a secret has left the process.
    setupFiles: ["test/support/leaks/setup.ts"],
    // Real servers and databases, on machines that do other things as well: what takes so long hangs. Longer than `until` waits, so
    // that it is said what did not come.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores: PGlite and git children share them with the tests.
    maxWorkers: 2,
    execArgv: ["--liftoff-only"],
    restoreMocks: true,
  },
});
