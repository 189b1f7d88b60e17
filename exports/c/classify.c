/* Usage: classify hybrid.onnx FILE.png...
 *
 * Prints one JSON object a line. Exit code 0: all answered; 1: at least one failed; 2: nothing could be done.
 * Needs libpng 1.6 and ONNX Runtime 1.17 or newer.
 */
#include <onnxruntime_c_api.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { API = 17, OUTPUTS = 3, TYPES = 4 };
static const size_t MOST_PIXELS = 64000000;
static const char *const INPUT = "picture";
static const char *const OUTPUT_NAMES[OUTPUTS] = {"label", "probabilities", "decided_by"};

static const OrtApi *ort;

/* Ends the program where ONNX Runtime reports an error. */
static void check(OrtStatus *status) {
    if (status == NULL) return;
    fprintf(stderr, "ONNX Runtime: %s\nMake the model with: hybrid-logo export hybrid --out DIR\n",
            ort->GetErrorMessage(status));
    ort->ReleaseStatus(status);
    exit(2);
}

/* Prints `text` as a JSON string. */
static void print_string(const char *text) {
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') printf("\\%c", *text);
        else if ((unsigned char)*text < 32) printf("\\u%04x", *text);
        else putchar(*text);
    }
    putchar('"');
}

static int failed(const char *path, const char *kind, const char *message) {
    printf("{\"path\": ");
    print_string(path);
    printf(", \"status\": \"error\", \"error\": {\"kind\": \"%s\", \"message\": ", kind);
    print_string(message);
    printf("}}\n");
    return 1;
}

/* Value of the metadata entry `key`, to be freed; a JSON list of words. */
static char *metadata(const OrtSession *session, const char *key) {
    OrtModelMetadata *all;
    OrtAllocator *allocator;
    char *value = NULL;
    check(ort->GetAllocatorWithDefaultOptions(&allocator));
    check(ort->SessionGetModelMetadata(session, &all));
    check(ort->ModelMetadataLookupCustomMetadataMap(all, allocator, key, &value));
    ort->ReleaseModelMetadata(all);
    if (value == NULL) {
        fprintf(stderr, "This is no hybrid graph. Make one with: hybrid-logo export hybrid --out DIR\n");
        exit(2);
    }
    char *copy = strdup(value);
    check(ort->AllocatorFree(allocator, value));
    return copy;
}

/* Copies the word at `place` of a JSON list of plain words. */
static void word(const char *list, int64_t place, char *into, size_t size) {
    for (; place >= 0; place--) {
        list = strchr(list, '"');
        const char *end = list ? strchr(list + 1, '"') : NULL;
        if (end == NULL) break;
        if (place == 0) snprintf(into, size, "%.*s", (int)(end - list - 1), list + 1);
        list = end + 1;
    }
}

/* RGBA pixels with straight alpha, to be freed; NULL where the file is no PNG, with `image->message`. */
static unsigned char *read_png(const char *path, png_image *image) {
    memset(image, 0, sizeof *image);
    image->version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_file(image, path)) return NULL;
    image->format = PNG_FORMAT_RGBA;
    image->flags |= PNG_IMAGE_FLAG_16BIT_sRGB; /* 16-bit samples are no linear light */
    if ((size_t)image->width * image->height > MOST_PIXELS) return NULL;
    unsigned char *pixels = malloc(PNG_IMAGE_SIZE(*image));
    if (pixels == NULL || !png_image_finish_read(image, NULL, pixels, 0, NULL)) {
        free(pixels);
        png_image_free(image);
        return NULL;
    }
    return pixels;
}

/* Answers one picture; returns 1 where it cannot be answered. */
static int classify(OrtSession *session, const OrtMemoryInfo *memory, const char *path) {
    png_image image;
    unsigned char *pixels = read_png(path, &image);
    if (pixels == NULL) {
        char message[128];
        snprintf(message, sizeof message, "%s; convert it to PNG", image.message);
        if (image.message[0]) return failed(path, "unreadable", message);
        png_image_free(&image);
        return failed(path, "too_large", "more than 64 million pixels or too little memory; export it smaller");
    }
    const int64_t shape[3] = {image.height, image.width, 4};
    OrtValue *picture = NULL, *outputs[OUTPUTS] = {NULL};
    check(ort->CreateTensorWithDataAsOrtValue(memory, pixels, PNG_IMAGE_SIZE(image), shape, 3,
                                              ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, &picture));
    const OrtValue *inputs[] = {picture};
    check(ort->Run(session, NULL, &INPUT, inputs, 1, OUTPUT_NAMES, OUTPUTS, outputs));

    int64_t *label, *decided_by;
    float *probabilities;
    check(ort->GetTensorMutableData(outputs[0], (void **)&label));
    check(ort->GetTensorMutableData(outputs[1], (void **)&probabilities));
    check(ort->GetTensorMutableData(outputs[2], (void **)&decided_by));
    char *labels = metadata(session, "labels"), text[32] = "";
    if (*label < 0) {
        char *refused = metadata(session, "refused");
        word(refused, -1 - *label, text, sizeof text);
        failed(path, text, "the graph refuses it; give a picture on which a larger logo is drawn");
        free(refused);
    } else {
        char *deciders = metadata(session, "decided_by");
        word(labels, *label, text, sizeof text);
        printf("{\"path\": ");
        print_string(path);
        printf(", \"status\": \"ok\", \"label\": \"%s\", \"confidence\": %.6f", text, probabilities[*label]);
        for (int place = 0; place < TYPES; place++) {
            word(labels, place, text, sizeof text);
            printf("%s\"%s\": %.6f", place ? ", " : ", \"probabilities\": {", text, probabilities[place]);
        }
        word(deciders, *decided_by, text, sizeof text);
        printf("}, \"decided_by\": \"%s\"}\n", text);
        free(deciders);
    }
    const int refusal = *label < 0;
    free(labels);
    for (int place = 0; place < OUTPUTS; place++) ort->ReleaseValue(outputs[place]);
    ort->ReleaseValue(picture);
    free(pixels);
    return refusal;
}

int main(int count, char **words) {
    if (count < 3) {
        fprintf(stderr, "usage: %s hybrid.onnx FILE.png...\n", words[0]);
        return 2;
    }
    ort = OrtGetApiBase()->GetApi(API);
    if (ort == NULL) {
        fprintf(stderr, "ONNX Runtime is older than 1.%d. Install a newer one.\n", API);
        return 2;
    }
    OrtEnv *environment;
    OrtSessionOptions *options;
    OrtSession *session;
    OrtMemoryInfo *memory;
    check(ort->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "hybrid-logo", &environment));
    check(ort->CreateSessionOptions(&options));
    check(ort->SetIntraOpNumThreads(options, 1));
    check(ort->CreateSession(environment, words[1], options, &session));
    check(ort->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));

    int failures = 0;
    for (int place = 2; place < count; place++) failures += classify(session, memory, words[place]);

    ort->ReleaseMemoryInfo(memory);
    ort->ReleaseSession(session);
    ort->ReleaseSessionOptions(options);
    ort->ReleaseEnv(environment);
    return failures ? 1 : 0;
}
