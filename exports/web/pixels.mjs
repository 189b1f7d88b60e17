// A picture file in a browser: its pixels as they are stored, and what is wrong where there are none.

import { startsWith } from "./facts.mjs";

const LARGEST_BYTES = 100 * 2 ** 20;
const LARGEST_PIXELS = 64_000_000;

/** Why a file cannot be answered; `kind` is the word that `hybrid-logo classify` uses. */
export class PictureError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

/**
 * Decode a file.
 *
 * Nothing is converted: no colour profile, no multiplication by alpha that could not be undone.
 *
 * @param {Blob} file
 * @returns {Promise<{file: Uint8Array, data: Uint8ClampedArray, width: number, height: number}>} content of
 *   the file, and RGBA pixels with straight alpha.
 * @throws {PictureError}
 */
export async function decode(file) {
  if (file.size > LARGEST_BYTES) {
    throw new PictureError("too_large", "The file has more than 100 MB. Save it smaller.");
  }
  const content = await contentOf(file);
  const bitmap = await bitmapOf(content);
  const { width, height } = bitmap;
  if (width * height > LARGEST_PIXELS) {
    bitmap.close();
    throw new PictureError("too_large", "The picture has more than 64 million pixels. Export it smaller.");
  }
  try {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    return { file: content, data: context.getImageData(0, 0, width, height).data, width, height };
  } catch {
    throw new PictureError("too_large", "The picture is larger than this browser can draw. Export it smaller.");
  } finally {
    bitmap.close();
  }
}

async function contentOf(file) {
  try {
    const content = new Uint8Array(await file.arrayBuffer());
    if (content.length) return content;
  } catch {
    throw new PictureError("unreadable", "It cannot be opened. Give picture files, not folders.");
  }
  throw new PictureError("empty", "The file is empty. Save it again.");
}

async function bitmapOf(content) {
  try {
    const options = { premultiplyAlpha: "none", colorSpaceConversion: "none" };
    return await createImageBitmap(new Blob([content]), options);
  } catch {
    throw whyNot(content);
  }
}

const SIGNATURES = ["\x89PNG", "\xff\xd8\xff", "GIF8", "BM", "RIFF"];

function whyNot(content) {
  const start = new TextDecoder().decode(content.subarray(0, 4096)).toLowerCase();
  if (start.includes("<svg")) {
    return new PictureError("vector", "It is an SVG, which is vector already and needs no conversion.");
  }
  if (SIGNATURES.some((signature) => startsWith(content, 0, signature))) {
    return new PictureError("corrupt", "The picture is damaged or incomplete. Save it again.");
  }
  return new PictureError("unsupported", "It is no picture that this browser reads. Save it as PNG.");
}
