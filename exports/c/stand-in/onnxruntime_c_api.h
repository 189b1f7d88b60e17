/* Stands in for ONNX Runtime's header of this name where only its library is installed, as by pip.
 *
 * It declares no more than classify.c uses. The places in OrtApi never change: ONNX Runtime only appends to
 * it. Take the header of your ONNX Runtime wherever there is one (the Makefile does).
 */
#ifndef HYBRID_LOGO_ONNXRUNTIME_STAND_IN
#define HYBRID_LOGO_ONNXRUNTIME_STAND_IN

#include <stddef.h>
#include <stdint.h>

typedef struct OrtStatus OrtStatus;
typedef struct OrtEnv OrtEnv;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtModelMetadata OrtModelMetadata;
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtValue OrtValue;

typedef enum { ORT_LOGGING_LEVEL_ERROR = 3 } OrtLoggingLevel;
typedef enum { ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 = 2 } ONNXTensorElementDataType;
typedef enum { OrtArenaAllocator = 1 } OrtAllocatorType;
typedef enum { OrtMemTypeDefault = 0 } OrtMemType;

/* `UNUSED(from, to)`: the functions from place `from` up to, and without, place `to`. */
#define UNUSED(from, to) void (*unused_##from[(to) - (from)])(void)

typedef struct {
    UNUSED(0, 2);
    const char *(*GetErrorMessage)(const OrtStatus *);
    OrtStatus *(*CreateEnv)(OrtLoggingLevel, const char *, OrtEnv **);
    UNUSED(4, 7);
    OrtStatus *(*CreateSession)(const OrtEnv *, const char *, const OrtSessionOptions *, OrtSession **);
    UNUSED(8, 9);
    OrtStatus *(*Run)(OrtSession *, const OrtRunOptions *, const char *const *, const OrtValue *const *, size_t,
                      const char *const *, size_t, OrtValue **);
    OrtStatus *(*CreateSessionOptions)(OrtSessionOptions **);
    UNUSED(11, 24);
    OrtStatus *(*SetIntraOpNumThreads)(OrtSessionOptions *, int);
    UNUSED(25, 49);
    OrtStatus *(*CreateTensorWithDataAsOrtValue)(const OrtMemoryInfo *, void *, size_t, const int64_t *, size_t,
                                                 ONNXTensorElementDataType, OrtValue **);
    UNUSED(50, 51);
    OrtStatus *(*GetTensorMutableData)(OrtValue *, void **);
    UNUSED(52, 69);
    OrtStatus *(*CreateCpuMemoryInfo)(OrtAllocatorType, OrtMemType, OrtMemoryInfo **);
    UNUSED(70, 76);
    OrtStatus *(*AllocatorFree)(OrtAllocator *, void *);
    UNUSED(77, 78);
    OrtStatus *(*GetAllocatorWithDefaultOptions)(OrtAllocator **);
    UNUSED(79, 92);
    void (*ReleaseEnv)(OrtEnv *);
    void (*ReleaseStatus)(OrtStatus *);
    void (*ReleaseMemoryInfo)(OrtMemoryInfo *);
    void (*ReleaseSession)(OrtSession *);
    void (*ReleaseValue)(OrtValue *);
    UNUSED(97, 100);
    void (*ReleaseSessionOptions)(OrtSessionOptions *);
    UNUSED(101, 111);
    OrtStatus *(*SessionGetModelMetadata)(const OrtSession *, OrtModelMetadata **);
    UNUSED(112, 116);
    OrtStatus *(*ModelMetadataLookupCustomMetadataMap)(const OrtModelMetadata *, OrtAllocator *, const char *,
                                                       char **);
    UNUSED(117, 118);
    void (*ReleaseModelMetadata)(OrtModelMetadata *);
} OrtApi;

typedef struct {
    const OrtApi *(*GetApi)(uint32_t version);
    const char *(*GetVersionString)(void);
} OrtApiBase;

const OrtApiBase *OrtGetApiBase(void);

#endif
