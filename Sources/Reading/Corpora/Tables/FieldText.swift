/// Decodes one field of `bytes`, which are valid UTF-8. A doubled quote becomes one quote.
func text(of field: Field, in bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard field.hasDoubledQuotes else {
        return String(decoding: UnsafeBufferPointer(rebasing: bytes[field.start..<field.end]), as: UTF8.self)
    }
    return text(of: [field], in: bytes)
}

/// Decodes several fields and joins them with a space.
func text(of fields: [Field], in bytes: UnsafeBufferPointer<UInt8>) -> String {
    let bound = fields.reduce(fields.count) { $0 + $1.end - $1.start }
    return String(unsafeUninitializedCapacity: bound) { output in
        var written = 0
        for (index, field) in fields.enumerated() {
            if index > 0 {
                output[written] = UInt8(ascii: " ")
                written += 1
            }
            var from = field.start
            while from < field.end {
                // Copy up to and including the first of two doubled quotes, then skip the second.
                let found = field.hasDoubledQuotes ? firstIndex(of: quote, in: bytes, from: from) : nil
                let end = min(found.map { $0 + 1 } ?? field.end, field.end)
                written = output[written...].update(fromContentsOf: bytes[from..<end])
                from = end < field.end ? end + 1 : field.end
            }
        }
        return written
    }
}
