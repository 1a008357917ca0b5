// How calls of libsentencepiece are made from C: its log is silenced, and every failure becomes a message.
#pragma once

#if !__has_include(<sentencepiece_processor.h>)
#error "libsentencepiece is missing: on Debian and Ubuntu, apt install libsentencepiece-dev"
#endif

#include <sentencepiece_processor.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>

// Exported by the library and used by its own Python package, but not declared in the headers that Debian installs.
namespace sentencepiece::logging {
void SetMinLogLevel(int level);
}

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

}  // namespace
