// What a picture file says about itself beside its pixels: how far compression may have moved them.

/** For files without loss, and for pixels from memory: inputs of the graph. */
export const LOSSLESS = { page_tolerance: 14, flat_limit: 2, reduction: 1 };

/** Inputs of the graph for the content of a file, a `Uint8Array`; every browser decodes at full size. */
export function factsOf(file) {
  const lossy = { ...LOSSLESS, page_tolerance: 24 };
  if (startsWith(file, 0, "\xff\xd8\xff")) return { ...lossy, flat_limit: flatLimit(jpegQuality(file)) };
  if (startsWith(file, 0, "RIFF") && startsWith(file, 8, "WEBP")) return { ...lossy, flat_limit: 6 };
  return LOSSLESS;
}

export function startsWith(file, at, text) {
  return [...text].every((letter, place) => file[at + place] === letter.charCodeAt(0));
}

/** Levels by which a flat area of a JPEG may vary. */
function flatLimit(quality) {
  if (quality === null) return LOSSLESS.flat_limit;
  return Math.min(12, Math.max(3, halfToEven(2 + (100 - quality) * 0.2)));
}

function halfToEven(value) {
  const floor = Math.floor(value);
  return floor + (value - floor > 0.5 || (value - floor === 0.5 && floor % 2 === 1) ? 1 : 0);
}

// ITU-T T.81, table K.1: the luminance table that the quality of the IJG library scales.
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

function sumAt(quality) {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return LUMINANCE.reduce(
    (sum, value) => sum + Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))),
    0,
  );
}

/** The quality, 1-100, whose luminance table has the nearest sum; null where the file has no such table. */
function jpegQuality(file) {
  const sum = luminanceSum(file);
  if (sum === null) return null;
  let best = 1;
  for (let quality = 2; quality <= 100; quality++) {
    if (Math.abs(sumAt(quality) - sum) <= Math.abs(sumAt(best) - sum)) best = quality;
  }
  return best;
}

/** Sum of the first quantisation table with number 0, by a walk over the segments before the scan. */
function luminanceSum(file) {
  for (let at = 2; at + 4 <= file.length; ) {
    const marker = file[at + 1];
    if (file[at] !== 0xff || marker === 0xff) at += 1;
    else if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xda) break;
    else {
      const end = at + 2 + file[at + 2] * 256 + file[at + 3];
      for (let table = at + 4; marker === 0xdb && table < end; ) {
        const wide = file[table] >> 4 ? 2 : 1;
        const values = file.subarray(table + 1, table + 1 + 64 * wide);
        if ((file[table] & 15) === 0) {
          return values.reduce((sum, value, place) => sum + value * (wide === 2 && place % 2 === 0 ? 256 : 1), 0);
        }
        table += 1 + 64 * wide;
      }
      at = end;
    }
  }
  return null;
}
