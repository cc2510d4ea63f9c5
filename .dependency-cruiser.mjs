// The layers of Keyward, kept by machine. Each rule says why it exists: read the comment before changing one.
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    rule(
      "core-knows-only-core",
      "What Keyward knows must be readable and testable without the world: core imports core and zod, types included, not even node:.",
      { path: "^src/core/" },
      {
        pathNot: [
          "^src/core/",
          "^node_modules/zod/",
          "^node_modules/smol-toml/",
          "^node_modules/yaml/",
          "^node_modules/@eslint-community/regexpp/",
          "^node_modules/minimatch/",
        ],
      },
    ),
    rule(
      "flows-know-core",
      "A use case is written against ports, so that it can be read aloud and tried with fakes.",
      { path: "^src/flows/" },
      { pathNot: ["^src/(core|flows)/"] },
    ),
    rule(
      "adapter-families-are-strangers",
      "Each adapter folder hides one outside system; if two must cooperate, a flow does it.",
      { path: "^src/adapters/([^/]+)/" },
      { path: "^src/adapters/", pathNot: "^src/adapters/$1/" },
    ),
    rule(
      "adapters-see-only-ports",
      "Adapters implement ports; knowing a flow or the app would turn the arrow round.",
      { path: "^src/adapters/" },
      { path: "^src/(app|flows)/", pathNot: "^src/flows/ports/" },
    ),
    rule(
      "only-compose-builds-adapters",
      "One file shows how the pieces are put together; the rest of app takes what it is given.",
      { path: "^src/app/", pathNot: "^src/app/compose" },
      { path: "^src/adapters/", dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "octokit-stays-at-the-edge",
      "GitHub's client is an implementation detail of adapters/github; app may name Probot's types.",
      { path: "^src/", pathNot: "^src/adapters/github/" },
      { path: "^node_modules/(@octokit|probot)/", dependencyTypesNot: ["type-only"] },
    ),
    rule(
      "sql-stays-in-postgres",
      "Only adapters/postgres speaks to the database. (The probe of leaked passwords speaks to the databases of others.)",
      { path: "^src/", pathNot: "^src/adapters/(postgres/|providers/ask-postgres\\.ts$)" },
      { path: "^node_modules/(pg|pg-boss|kysely|@electric-sql)/" },
    ),
    rule(
      "no-cycles",
      "A cycle, even of types, means two files that can only be understood together.",
      {},
      { circular: true },
    ),
    rule(
      "no-orphans",
      "A file nobody imports is dead or not wired up.",
      { orphan: true, path: "^src/", pathNot: "^src/app/(cli/main|scan-worker)\\.ts$|\\.d\\.ts$" },
      {},
    ),
    rule("src-does-not-know-test", "The product must build without its tests.", { path: "^src/" }, { path: "^test/" }),
    rule(
      "not-to-unresolvable",
      "An import that does not resolve is a typing error in waiting.",
      {},
      { couldNotResolve: true },
    ),
    rule(
      "no-dev-dependency-in-src",
      "What the server imports must be installed with it.",
      { path: "^(src|bin)/" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
