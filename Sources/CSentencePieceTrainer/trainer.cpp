#include "CSentencePieceTrainer.h"

#include "../CSentencePiece/guard.hpp"

#include <sentencepiece_trainer.h>

#include <sstream>
#include <unordered_map>

namespace {

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

}  // namespace

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

void spm_train_free(void *memory) { std::free(memory); }
