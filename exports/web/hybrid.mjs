// The hybrid graph in ONNX Runtime for JavaScript, in browsers and in Node: pixels in, an answer in words out.

import { LOSSLESS } from "./facts.mjs";
import { metadataOf, withoutDefaults } from "./onnx.mjs";

/**
 * Load the graph.
 *
 * @param ort the module onnxruntime-web or onnxruntime-node.
 * @param {Uint8Array} file content of what `hybrid-logo export hybrid` has written.
 * @returns {Promise<Hybrid>}
 */
export async function load(ort, file) {
  const told = read(file);
  const graph = withoutDefaults(file, Object.keys(LOSSLESS));
  const session = await ort.InferenceSession.create(graph, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  return new Hybrid(ort, session, told);
}

/** What the numbers of the graph stand for. */
function read(file) {
  try {
    const { bundle, ...json } = metadataOf(file);
    const names = ["labels", "decided_by", "refused", "evidence", "features", "certain"];
    return { bundle, ...Object.fromEntries(names.map((name) => [name, JSON.parse(json[name])])) };
  } catch {
    throw new Error("it is no hybrid graph, or only a part of one");
  }
}

export class Hybrid {
  #ort;
  #session;
  #told;

  constructor(ort, session, told) {
    this.#ort = ort;
    this.#session = session;
    this.#told = told;
  }

  /** Name of the model release. */
  get model() {
    return this.#told.bundle;
  }

  /**
   * Answer one picture.
   *
   * @param {{data: Uint8Array, width: number, height: number}} picture RGBA with straight alpha.
   * @param facts see facts.mjs; left out for pixels that were never compressed.
   * @returns {Promise<object>} `refused`: why there is no answer; or `label`, `confidence`, `uncertain`,
   *   `probabilities`, `decidedBy` and `evidence`: words, and points for the rules' first choice over their
   *   second.
   */
  async classify({ data, width, height }, facts = LOSSLESS) {
    const { Tensor } = this.#ort;
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
    const feeds = { picture: new Tensor("uint8", pixels, [height, width, 4]) };
    for (const [name, value] of Object.entries(facts)) feeds[name] = new Tensor("float32", [value], [1]);
    const said = await this.#session.run(feeds);
    const { labels, decided_by, refused, certain } = this.#told;
    const place = Number(said.label.data[0]);
    if (place < 0) return { refused: refused[-1 - place] };
    const confidence = said.confidence.data[0];
    return {
      label: labels[place],
      confidence,
      // Below the limit from which the answers of the release in Python were certified.
      uncertain: certain === null || confidence < certain,
      probabilities: Object.fromEntries(labels.map((label, index) => [label, said.probabilities.data[index]])),
      decidedBy: decided_by[Number(said.decided_by.data[0])],
      evidence: this.#evidence(said.evidence.data, said.features.data),
    };
  }

  #evidence(rows, values) {
    const { evidence, features } = this.#told;
    return Array.from({ length: rows.length / 2 }, (_, index) => {
      const name = evidence[rows[2 * index]];
      const words = name.split(" x ").map((each) => {
        const place = features.findIndex((feature) => feature.name === each);
        return phrase(features[place], values[place]);
      });
      return { name, words: words.join(" and "), points: rows[2 * index + 1] };
    });
  }
}

/** What the value of a feature means, in a few words. */
export function phrase({ unit, words }, value) {
  if (unit.startsWith("log2(1 + ")) value = 2 ** value - 1;
  else if (unit.startsWith("log2 of ")) value = 2 ** value;
  return words.replace(/\{:\.(\d)([fg])\}/, (_, digits, form) =>
    form === "f" ? value.toFixed(digits) : String(Number(value.toPrecision(digits))),
  );
}
