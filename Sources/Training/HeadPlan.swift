import TenorModeling
import TenorReading

/// What becomes of the base's own head in a run. Nothing that it knows is dropped unless that is asked for.
package struct HeadPlan: Sendable {
    /// The labels of the base's own head; empty if it has none.
    package let own: [String]
    /// Whether training continues with the base's own head, rather than a new one.
    package let keepsHead: Bool
    /// For each of the corpus's labels its index in the model.
    let order: [Int]
    /// The labels of the kept head that the corpus has no rows of.
    package let unused: [String]
    /// The first of the corpus's labels that is a number and stands for a placeholder of the kept head; nil if there is none.
    package let number: String?

    /// Without a choice, the head is kept if it has all labels of the corpus. Numbers stand for placeholders only if there are as many.
    ///
    /// - Throws: ``HeadMismatch`` if the head is to be kept and lacks a label of the corpus; ``HeadOverlap`` if there is no choice, and it has
    ///   some of the corpus's labels and lacks others.
    init(_ folder: ModelFolder, _ labels: [String], _ choice: TuningOptions.HeadChoice) throws {
        let own = try folder.hasOwnHead() ? folder.labels() : []
        let known = KnownLabels(own)
        let places = labels.map { known.index(of: $0) }
        let found = places.compactMap { $0 }
        let used = Set(found)
        let isCovered = !own.isEmpty && found.count == labels.count && used.count == found.count
        let hasNumbers = labels.contains(where: known.isNumber)
        if choice == .keep, !isCovered { throw HeadMismatch(folder: folder.path, own: own, corpus: labels) }
        if choice == .automatic, !isCovered, !hasNumbers, !found.isEmpty {
            let new = zip(labels, places).filter { $1 == nil }.map(\.0)
            throw HeadOverlap(folder: folder.path, own: own, new: new)
        }
        let keepsHead = choice == .keep || choice == .automatic && isCovered && (!hasNumbers || found.count == own.count)
        (self.own, self.keepsHead) = (own, keepsHead)
        order = keepsHead ? found : Array(labels.indices)
        unused = keepsHead ? own.indices.filter { !used.contains($0) }.map { own[$0] } : []
        number = keepsHead ? labels.first(where: known.isNumber) : nil
    }
}
