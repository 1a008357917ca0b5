import TenorFiles

extension Annotation {
    /// What a response of Argilla says: its labels, if it was submitted. Some exports give no status.
    init(response value: JSON?, status: JSON?, question: String) throws(RecordFault) {
        switch status {
        case nil, .null?, .string("submitted")?: self = .labels(try value?.labels(question) ?? [])
        case .string("discarded")?: self = .none(.discarded)
        case .string("draft")?: self = .none(.draft)
        case let other?:
            throw .wrongValue(key: "status", found: other.string.map { quoted($0) } ?? other.name, needed: "submitted, discarded or draft")
        }
    }
}
