import TenorFiles

/// A model's labels by name. If all of them are placeholders (LABEL_0, LABEL_1, …), a number also stands for the label with that number.
package struct KnownLabels: Sendable {
    package let labels: [String]
    private let places: [ByteString: Int]
    /// Empty unless all labels are placeholders.
    private let numbers: [ByteString: Int]

    /// If two labels have the same name, that name stands for the first.
    package init(_ labels: [String]) {
        func places(_ names: [String]) -> [ByteString: Int] {
            Dictionary(names.enumerated().map { (ByteString($1), $0) }, uniquingKeysWith: { first, _ in first })
        }
        self.labels = labels
        self.places = places(labels)
        let arePlaceholders = labels.enumerated().allSatisfy { $1 == "LABEL_\($0)" }
        numbers = arePlaceholders ? places(labels.indices.map(String.init)) : [:]
    }

    /// The index of the label that `name` stands for, compared byte by byte; nil if there is none.
    package func index(of name: String) -> Int? { places[ByteString(name)] ?? numbers[ByteString(name)] }

    /// Whether `name` stands for a placeholder with another name.
    package func isNumber(_ name: String) -> Bool { places[ByteString(name)] == nil && numbers[ByteString(name)] != nil }

    /// A label that `name` differs from only in a way that is easily overlooked; nil if there is none.
    package func label(like name: String) -> String? {
        let folded = ByteString(LabelDifference.folded(name))
        return labels.first { ByteString(LabelDifference.folded($0)) == folded }
    }
}
