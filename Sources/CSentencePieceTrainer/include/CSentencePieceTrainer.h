// A C interface to the trainer of libsentencepiece, a library of its own that only those link who train vocabularies.
#ifndef CSENTENCEPIECETRAINER_H
#define CSENTENCEPIECETRAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Returns the trainer's next sentence: sets `length` and returns the bytes, which must stay valid until the next call; NULL at the end.
typedef const char *(*spm_next_sentence)(void *context, size_t *length);

/// Trains a model with the library's trainer options, one `name=value` per line, on the sentences that `next` returns.
/// On failure `message` is set to a string without source file names, or to NULL. Free the serialized model, or the message, with
/// spm_train_free. No C++ exception is thrown.
bool spm_train(
    const char *options, spm_next_sentence next, void *context, uint8_t **model, size_t *model_length, char **message);
void spm_train_free(void *memory);

#ifdef __cplusplus
}
#endif

#endif
