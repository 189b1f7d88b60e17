// The two things that a page must do to an ONNX file itself: read its metadata, and make optional inputs
// required. ONNX Runtime for JavaScript shows no metadata, and in browsers refuses inputs with a default.

const GRAPH = 7, METADATA = 14; // fields of ModelProto
const INITIALIZER = 5; // field of GraphProto
const TENSOR_NAME = 8; // field of TensorProto
const TEXT = new TextDecoder();

/** Metadata of the model: an object of strings. */
export function metadataOf(file) {
  const entries = [...fields(file)].filter((field) => field.number === METADATA);
  return Object.fromEntries(
    entries.map(({ value }) => [...fields(value)].map((field) => TEXT.decode(field.value))),
  );
}

/** The model without the defaults of the inputs `names`, so that they must be given. */
export function withoutDefaults(file, names) {
  const parts = [...fields(file)].map((field) => {
    if (field.number !== GRAPH) return field.whole;
    const graph = joined(
      [...fields(field.value)]
        .filter((inner) => inner.number !== INITIALIZER || !names.includes(nameOf(inner.value)))
        .map((inner) => inner.whole),
    );
    return joined([varint(GRAPH * 8 + 2), varint(graph.length), graph]);
  });
  return joined(parts);
}

function nameOf(tensor) {
  const name = [...fields(tensor)].find((field) => field.number === TENSOR_NAME);
  return name && TEXT.decode(name.value);
}

/** Fields of one Protocol Buffers message: number, content, and all its bytes. */
function* fields(bytes) {
  let at = 0;
  const number = () => {
    let value = 0, factor = 1, byte;
    do {
      byte = bytes[at++];
      value += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    return value;
  };
  while (at < bytes.length) {
    const start = at;
    const tag = number();
    let from = at;
    if (tag % 8 === 0) number();
    else if (tag % 8 === 1) at += 8;
    else if (tag % 8 === 5) at += 4;
    else if (tag % 8 === 2) {
      const length = number();
      from = at;
      at += length;
    } else at = NaN;
    if (!(at <= bytes.length)) throw new Error("the file is no ONNX model, or only a part of one");
    yield { number: Math.floor(tag / 8), value: bytes.subarray(from, at), whole: bytes.subarray(start, at) };
  }
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Uint8Array.from([...bytes, value]);
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
