import TenorFiles

/// A folder's tokenizer files for a folder that is to mean the same to every version of transformers.
///
/// transformers 5 builds the steps of a SentencePiece family from its own code and ignores those in tokenizer.json; for some families they
/// give other ids than version 4. With the class for any tokenizer, both versions read tokenizer.json alone. Version 4 does not know the
/// class TokenizersBackend, and fails on a list of extra_special_tokens, which tokenizer.json holds too.
package func portableTokenizerFiles(
    of tokenizer: any Tokenizer, in folder: String
) throws(TokenizerError) -> [(name: String, bytes: [UInt8])] {
    var files: [(name: String, bytes: [UInt8])] = []
    for name in tokenizer.files { files.append((name, try TokenizerFiles.read(name, in: folder))) }
    guard let index = files.firstIndex(where: { $0.name == TokenizerFiles.config }),
        let whole = try TokenizerFiles.object(TokenizerFiles.whole, in: folder),
        var settings = try TokenizerFiles.object(TokenizerFiles.config, in: folder)?.object
    else { return files }
    let template = try? Template(whole["post_processor"], file: TokenizerFiles.whole, side: .right)
    let family = settings["tokenizer_class"]?.string.flatMap(TokenizerFamily.named)
    let isRebuilt = family?.isSentencePiece ?? (settings["tokenizer_class"] == "TokenizersBackend")
    if isRebuilt, let template, !template.isEmpty { settings["tokenizer_class"] = .string(TokenizerFiles.generalClass) }
    if settings["extra_special_tokens"]?.array != nil { settings["extra_special_tokens"] = nil }
    files[index].bytes = Array((JSON.object(settings).serialized(.indented) + "\n").utf8)
    return files
}
