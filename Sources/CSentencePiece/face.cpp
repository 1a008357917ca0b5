#include "CSentencePiece.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// Exported by the library and used by its own Python package, but not declared in the headers that Debian installs.
namespace sentencepiece::logging {
void SetMinLogLevel(int level);
}

struct spm_model {
    sentencepiece::SentencePieceProcessor processor;
};

namespace {

/// Strips the library's source position, which looks like "src/file.cc(123) [condition] text", and keeps the text.
std::string withoutSourcePosition(const std::string &text) {
    const auto source = text.find(".cc(");
    if (source == std::string::npos) return text;
    const auto condition = text.find('[', source);
    if (condition == std::string::npos) return "";
    // The condition may contain brackets, so count them.
    int depth = 0;
    for (size_t at = condition; at < text.size(); ++at) {
        if (text[at] == '[') ++depth;
        if (text[at] == ']' && --depth == 0) {
            const auto rest = text.find_first_not_of(' ', at + 1);
            return rest == std::string::npos ? "" : text.substr(rest);
        }
    }
    return "";
}

void report(const std::string &text, char **message) {
    if (message == nullptr) return;
    *message = static_cast<char *>(std::malloc(text.size() + 1));
    if (*message != nullptr) std::memcpy(*message, text.c_str(), text.size() + 1);
}

/// Runs `body`, which returns a library status, and turns any failure into a message.
template <typename Body>
bool succeeds(char **message, Body body) {
    // Silences the library's log on standard error; what matters in it reaches the caller as a message.
    static const bool quiet = (sentencepiece::logging::SetMinLogLevel(3), true);
    (void)quiet;
    try {
        const sentencepiece::util::Status status = body();
        if (status.ok()) return true;
        report(withoutSourcePosition(status.error_message()), message);
    } catch (const std::exception &error) {
        report(withoutSourcePosition(error.what()), message);
    } catch (...) {
        report("", message);
    }
    return false;
}

/// Adapts a C callback to the sentence iterator that the trainer expects.
class Sentences : public sentencepiece::SentenceIterator {
public:
    Sentences(spm_next_sentence next, void *context) : next_(next), context_(context) { Next(); }
    bool done() const override { return done_; }
    void Next() override {
        size_t length = 0;
        const char *bytes = next_(context_, &length);
        done_ = bytes == nullptr;
        if (!done_) sentence_.assign(bytes, length);
    }
    const std::string &value() const override { return sentence_; }
    sentencepiece::util::Status status() const override { return sentencepiece::util::Status(); }

private:
    spm_next_sentence next_;
    void *context_;
    std::string sentence_;
    bool done_ = false;
};

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

bool spm_train(
    const char *options, spm_next_sentence next, void *context, uint8_t **model, size_t *model_length, char **message) {
    return succeeds(message, [&] {
        std::unordered_map<std::string, std::string> named;
        std::istringstream lines(options);
        for (std::string line; std::getline(lines, line);) {
            const auto equals = line.find('=');
            if (equals != std::string::npos) named[line.substr(0, equals)] = line.substr(equals + 1);
        }
        Sentences sentences(next, context);
        std::string serialized;
        const auto status = sentencepiece::SentencePieceTrainer::Train(named, &sentences, &serialized);
        if (!status.ok()) return status;
        *model = static_cast<uint8_t *>(std::malloc(serialized.size()));
        if (*model == nullptr) return sentencepiece::util::Status(sentencepiece::util::StatusCode::kResourceExhausted, "out of memory");
        std::memcpy(*model, serialized.data(), serialized.size());
        *model_length = serialized.size();
        return status;
    });
}

void spm_bytes_free(uint8_t *bytes) { std::free(bytes); }
