// Usage: node classify.mjs hybrid.onnx FILE.png...
// Prints one JSON object a line. Exit code 0: all answered; 1: at least one failed; 2: nothing could be done.

import { readFile } from "node:fs/promises";
import { PNG } from "pngjs";
import * as ort from "onnxruntime-node";
import { load } from "../web/hybrid.mjs";

const [model, ...files] = process.argv.slice(2);
if (!files.length) stop("usage: node classify.mjs hybrid.onnx FILE.png...");
const hybrid = await readFile(model)
  .then((file) => load(ort, file))
  .catch((error) => stop(`${model}: ${error.message}. Make it with: hybrid-logo export hybrid --out DIR`));

process.stdout.on("error", () => process.exit(2)); // nobody reads on

for (const path of files) {
  const result = await answer(path);
  if (result.status === "error") process.exitCode = 1;
  console.log(JSON.stringify(result));
}

async function answer(path) {
  let picture;
  try {
    picture = PNG.sync.read(await readFile(path));
  } catch (error) {
    return failed(path, "unreadable", `it cannot be read as PNG (${error.message}). Convert it to PNG.`);
  }
  const { refused, decidedBy, ...rest } = await hybrid.classify(picture);
  if (refused) return failed(path, refused, `the picture is ${refused.replace("_", " ")}. Give another one.`);
  return { path, status: "ok", ...rest, decided_by: decidedBy, model: hybrid.model };
}

function failed(path, kind, message) {
  return { path, status: "error", error: { kind, message } };
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
