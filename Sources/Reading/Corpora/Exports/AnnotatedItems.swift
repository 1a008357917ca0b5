import TenorFiles

/// The texts of a source that has a record per annotation, each with the annotations of all its records.
struct AnnotatedItems {
    /// In the order of their first records.
    private(set) var texts: [AnnotatedDocument] = []
    private var places: [ByteString: Int] = [:]

    /// Returns whether the text is new.
    mutating func add(_ record: AnnotatedDocument, item: String) -> Bool {
        guard let place = places[ByteString(item)] else {
            places[ByteString(item)] = texts.count
            texts.append(record)
            return true
        }
        texts[place].annotations += record.annotations
        return false
    }
}
