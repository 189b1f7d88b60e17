// The page: takes pictures, shows an answer for each.

import { factsOf } from "./facts.mjs";
import { load } from "./hybrid.mjs";
import { PictureError, decode } from "./pixels.mjs";

const RUNTIME = "./node_modules/onnxruntime-web/dist/ort.wasm.min.mjs";
const MODEL = "hybrid.onnx";

const WHO = {
  rules: "decided by the rules alone",
  student: "decided by the neural network, because the rules were unsure",
  both: "decided by the neural network and the rules together, because the rules alone were unsure",
};
const REFUSED = {
  blank: "Nothing is drawn on it. Give a picture with a logo.",
  too_small: "The logo has too few pixels. Export it larger.",
  too_large: "The picture is too large. Export it smaller.",
};

const find = (id) => document.getElementById(id);
const say = (...parts) => find("status").replaceChildren(...parts);

class SetupError extends Error {
  constructor(message, command) {
    super(message);
    this.command = command;
  }
}

async function start() {
  const ort = await import(RUNTIME).catch(() => {
    throw new SetupError("ONNX Runtime is missing. In the folder of this page, run", "npm install");
  });
  ort.env.wasm.numThreads = 1; // several need headers that a plain file server does not send
  const response = await fetch(MODEL);
  if (!response.ok) {
    throw new SetupError(`The model ${MODEL} is missing. In the folder of this page, run`, "npm run model");
  }
  const hybrid = await load(ort, new Uint8Array(await response.arrayBuffer())).catch((error) => {
    throw new SetupError(`${MODEL} cannot be loaded (${error.message}). Run again`, "npm run model");
  });
  find("model").textContent = `Model: ${hybrid.model}`;
  say("Ready.");
  return hybrid;
}

const ready = start().catch((error) => {
  find("status").className = "error";
  const command = document.createElement("code");
  command.textContent = error.command;
  say(error.message, ...(error.command ? [" ", command] : []));
  return null;
});

let queue = Promise.resolve();

/** Answer files one after the other, also where more come meanwhile. */
function take(files) {
  queue = queue.then(async () => {
    const hybrid = await ready;
    if (!hybrid || !files.length) return;
    let failed = 0;
    for (const [place, file] of files.entries()) {
      say(`Looking at ${place + 1} of ${files.length} …`);
      const answered = await show(hybrid, file);
      failed += answered ? 0 : 1;
    }
    say(`${files.length - failed} of ${files.length} answered.`);
  });
}

async function show(hybrid, file) {
  const card = find("answer").content.cloneNode(true).firstElementChild;
  const part = (name) => card.querySelector(name);
  part(".name").textContent = file.name;
  let said;
  try {
    const picture = await decode(file);
    said = await hybrid.classify(picture, factsOf(picture.file));
    if (said.refused) throw new PictureError(said.refused, REFUSED[said.refused]);
    fill(card, said);
  } catch (error) {
    card.className = "error";
    card.dataset.error = error.kind ?? "failed";
    part(".says").textContent = error.kind ? error.message : `It failed: ${error.message}. Give a smaller picture.`;
    part("table").remove();
  }
  const image = part("img");
  image.src = URL.createObjectURL(file);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => {
    URL.revokeObjectURL(image.src);
    image.className = "broken";
  };
  find("results").prepend(card);
  await new Promise((done) => setTimeout(done)); // lets the page be drawn
  return Boolean(said && !said.refused);
}

function fill(card, said) {
  const part = (name) => card.querySelector(name);
  card.dataset.label = part(".label").textContent = said.label;
  part(".confidence").textContent = `${(100 * said.confidence).toFixed(1)} %`;
  part(".mark").hidden = !said.uncertain;
  part(".who").textContent = WHO[said.decidedBy];
  for (const { words, points } of said.evidence) {
    const row = part("tbody").insertRow();
    row.insertCell().textContent = words;
    row.insertCell().textContent = `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(2)}`;
  }
}

find("files").addEventListener("change", (event) => {
  take([...event.target.files]);
  event.target.value = "";
});
document.addEventListener("paste", (event) => take([...event.clipboardData.files]));
for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    find("drop").classList.toggle("over", kind.startsWith("drage") || kind === "dragover");
    if (kind === "drop") take([...event.dataTransfer.files]);
  });
}
