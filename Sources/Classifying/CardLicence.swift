import TenorFiles

/// The licence that a model's card names: `license` in the front matter of README.md. Nil if there is no card, or none is named.
package func cardLicence(of folder: String) -> String? {
    let place = ModelPlace(folder)
    return [place.root, place.encoder].lazy.compactMap { named(inCard: "\($0)/README.md") }.first
}

private func named(inCard path: String) -> String? {
    guard let file = try? MappedFile(path) else { return nil }
    let most = 64 << 10
    let text = file.withBytes { String(decoding: $0.prefix(most), as: UTF8.self) }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.first == "---" else { return nil }
    for line in lines.dropFirst().prefix(while: { $0 != "---" }) where line.hasPrefix("license:") {
        let value = line.dropFirst("license:".count).filter { !"\"' \t".contains($0) }
        return value.isEmpty ? nil : value
    }
    return nil
}
