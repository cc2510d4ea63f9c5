// Writes the skeleton of a provider's rule file: `npm run new:pattern acme`. docs/rules.md describes what to fill in.
import { existsSync, writeFileSync } from "node:fs";

const slug = process.argv[2] ?? "";
if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug)) {
  console.error("Which provider? In kebab-case, such as: npm run new:pattern acme-cloud");
  process.exit(2);
}
const path = new URL(`../patterns/${slug}.toml`, import.meta.url);
if (existsSync(path)) {
  console.error(`patterns/${slug}.toml exists already.`);
  process.exit(2);
}
const prefix = `${slug.replaceAll("-", "")}_`;
const name = slug.replace(/(?:^|-)([a-z])/g, (part) => part.replace("-", " ").toUpperCase());
writeFileSync(
  path,
  `provider = "${name}"
homepage = "https://${slug}.com"
docs = "https://docs.${slug}.com/"

[[rules]]
id = "${slug}-api-key"
description = "${name} API key"
severity = "high"
confidence = "strong"
regex = '''\\b(${prefix}[A-Za-z0-9]{32})\\b'''
keywords = ["${prefix}"]
prefix = "${prefix}"
examples = ['${prefix}{alnum:32}', '${prefix.toUpperCase()}KEY="${prefix}{alnum:32}"']
nearMisses = ['${prefix}{alnum:31}', '${prefix}{alnum:33}']
`,
);
console.log(`patterns/${slug}.toml: fill it in (docs/rules.md), then: npx vitest run test/patterns -t ${slug}`);
