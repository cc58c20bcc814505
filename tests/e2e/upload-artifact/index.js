// The uploading itself is the official client's; what is found under `path` follows the real action: no hidden files.
const fs = require("node:fs");
const path = require("node:path");
const core = require("@actions/core");
const { DefaultArtifactClient } = require("@actions/artifact");

function files(place) {
  if (!fs.existsSync(place)) return [];
  if (fs.statSync(place).isFile()) return [path.resolve(place)];
  const visible = fs.readdirSync(place).filter((name) => !name.startsWith("."));
  return visible.flatMap((name) => files(path.join(place, name)));
}

async function upload() {
  // The tests look for this token everywhere, and have to know it.
  fs.writeFileSync(process.env.UPLOADS_WITH, process.env.ACTIONS_RUNTIME_TOKEN);
  const place = core.getInput("path", { required: true });
  const found = files(place);
  if (found.length === 0) {
    const complain = { error: core.setFailed, warn: core.warning }[core.getInput("if-no-files-found")];
    complain?.(`No files were found with the provided path: ${place}`);
    return;
  }
  // Without an archive the real one takes one file, under its own name. The engine's service knows archives only.
  const alone = !core.getBooleanInput("archive");
  if (alone && found.length > 1) {
    core.setFailed(`${found.length} files cannot be uploaded without an archive`);
    return;
  }
  const name = alone ? path.basename(found[0]) : core.getInput("name");
  const root = fs.statSync(place).isFile() ? path.dirname(place) : place;
  const days = core.getInput("retention-days");
  const options = days ? { retentionDays: Number(days) } : {};
  const { id } = await new DefaultArtifactClient().uploadArtifact(name, found, path.resolve(root), options);
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = process.env;
  core.setOutput("artifact-id", id);
  core.setOutput("artifact-url", `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/artifacts/${id}`);
}

upload().catch((error) => core.setFailed(error));
