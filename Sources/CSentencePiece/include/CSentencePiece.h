// A C interface to libsentencepiece: load a model from bytes, encode text, look pieces up.
//
// No function throws a C++ exception. A function that can fail takes `message`: on failure it is set to a string that the caller frees with
// spm_message_free. The string contains no source file name of the library.
#ifndef CSENTENCEPIECE_H
#define CSENTENCEPIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded model. It is immutable, so any number of threads may encode with it at once.
typedef struct spm_model spm_model;

/// One piece of an encoded text. `begin` and `end` are byte positions in the text passed to spm_encode; `piece` is the piece's spelling
/// (for an unknown piece the normalised text that it covers), not NUL-terminated.
typedef struct {
    int32_t id;
    uint32_t begin;
    uint32_t end;
    uint32_t piece_length;
    const char *piece;
} spm_piece;

/// The type of a piece, from the model's type field.
typedef enum { spm_normal, spm_unknown, spm_control, spm_unused, spm_byte } spm_type;

/// Loads a serialized model; NULL on failure.
spm_model *spm_load(const void *bytes, size_t length, char **message);
void spm_free(spm_model *model);
void spm_message_free(char *message);

/// Encodes `length` bytes of UTF-8 and points `pieces` at the result, which this thread's next spm_encode overwrites.
bool spm_encode(const spm_model *model, const char *text, size_t length, const spm_piece **pieces, size_t *count, char **message);

int32_t spm_size(const spm_model *model);
int32_t spm_unknown_id(const spm_model *model);
/// The id of a piece, or the unknown id if the model does not have it.
int32_t spm_id(const spm_model *model, const char *piece, size_t length);
/// The spelling of a piece, valid for the lifetime of the model. `id` must be in 0 ..< spm_size.
const char *spm_spelling(const spm_model *model, int32_t id, size_t *length);
float spm_score(const spm_model *model, int32_t id);
spm_type spm_type_of(const spm_model *model, int32_t id);

#ifdef __cplusplus
}
#endif

#endif
