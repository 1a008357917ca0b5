#include "CSentencePiece.h"

#include "guard.hpp"

#include <memory>
#include <string_view>
#include <vector>

struct spm_model {
    sentencepiece::SentencePieceProcessor processor;
};

namespace {

/// Encoding state of one thread, kept between calls because the library reuses the memory of the last result.
struct Scratch {
    sentencepiece::ImmutableSentencePieceText text;
    std::vector<spm_piece> pieces;
};

}  // namespace

spm_model *spm_load(const void *bytes, size_t length, char **message) {
    auto model = std::unique_ptr<spm_model>(new (std::nothrow) spm_model);
    if (model == nullptr) return nullptr;
    const std::string_view serialized(static_cast<const char *>(bytes), length);
    const bool loaded = succeeds(message, [&] { return model->processor.LoadFromSerializedProto(serialized); });
    return loaded ? model.release() : nullptr;
}

void spm_free(spm_model *model) { delete model; }

void spm_message_free(char *message) { std::free(message); }

bool spm_encode(const spm_model *model, const char *text, size_t length, const spm_piece **pieces, size_t *count, char **message) {
    return succeeds(message, [&] {
        thread_local Scratch scratch;
        const auto status = model->processor.Encode(std::string_view(text, length), scratch.text.mutable_proto());
        if (!status.ok()) return status;
        const size_t size = scratch.text.pieces_size();
        scratch.pieces.resize(size);
        for (size_t at = 0; at < size; ++at) {
            const auto piece = scratch.text.pieces(static_cast<int>(at));
            const std::string &spelling = piece.piece();
            scratch.pieces[at] = {
                static_cast<int32_t>(piece.id()), piece.begin(), piece.end(), static_cast<uint32_t>(spelling.size()), spelling.data()};
        }
        *pieces = scratch.pieces.data();
        *count = size;
        return status;
    });
}

int32_t spm_size(const spm_model *model) { return model->processor.GetPieceSize(); }

int32_t spm_unknown_id(const spm_model *model) { return model->processor.unk_id(); }

int32_t spm_id(const spm_model *model, const char *piece, size_t length) {
    return model->processor.PieceToId(std::string_view(piece, length));
}

const char *spm_spelling(const spm_model *model, int32_t id, size_t *length) {
    const std::string &spelling = model->processor.IdToPiece(id);
    *length = spelling.size();
    return spelling.data();
}

float spm_score(const spm_model *model, int32_t id) { return model->processor.GetScore(id); }

spm_type spm_type_of(const spm_model *model, int32_t id) {
    if (model->processor.IsUnknown(id)) return spm_unknown;
    if (model->processor.IsControl(id)) return spm_control;
    if (model->processor.IsUnused(id)) return spm_unused;
    if (model->processor.IsByte(id)) return spm_byte;
    return spm_normal;
}
