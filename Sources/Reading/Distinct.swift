import TenorFiles

/// The first of each name. Names are compared byte by byte.
func distinct(_ names: [String]) -> [String] {
    if names.count < 2 { return names }
    var seen: Set<ByteString> = []
    return names.filter { seen.insert(ByteString($0)).inserted }
}
