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
    /// The labels of the kept head that no row has.
    package let unused: [String]
    /// The first of the corpus's labels that is a number and stands for a placeholder of the kept head; nil if there is none.
    package let number: String?

    /// Without a choice, the head is kept if it has all labels of the corpus. Numbers stand for placeholders only if there are as many.
    ///
    /// - Parameters:
    ///   - labels: those of the run; see ``labels(for:base:_:)``.
    ///   - counts: the number of rows with each of them.
    /// - Throws: ``HeadMismatch`` if the head is to be kept and lacks a label of the corpus; ``HeadOverlap`` if there is no choice, and it has
    ///   some of the corpus's labels and lacks others.
    init(_ folder: ModelFolder, _ task: Task, _ labels: [String], counts: [Int], _ choice: TuningOptions.HeadChoice) throws {
        let ownTask = try folder.hasOwnHead() ? folder.task() : nil
        if choice == .keep, let ownTask, ownTask != task { throw HeadOfOtherTask(folder: folder.path, own: ownTask, needed: task) }
        // A head for another task is of no use, whatever its labels are called.
        let own = ownTask == task ? try folder.labels() : []
        let known = KnownLabels(own)
        let places = labels.map { known.index(of: $0) }
        let found = places.compactMap { $0 }
        let isCovered = !own.isEmpty && found.count == labels.count && Set(found).count == found.count
        let hasNumbers = labels.contains(where: known.isNumber)
        if choice == .keep, !isCovered { throw HeadMismatch(folder: folder.path, own: own, corpus: labels) }
        if choice == .automatic, !isCovered, !hasNumbers, !found.isEmpty {
            let new = zip(labels, places).filter { $1 == nil }.map(\.0)
            throw HeadOverlap(folder: folder.path, own: own, new: new)
        }
        let keepsHead = choice == .keep || choice == .automatic && isCovered && (!hasNumbers || found.count == own.count)
        (self.own, self.keepsHead) = (own, keepsHead)
        order = keepsHead ? found : Array(labels.indices)
        let used = task == .regression ? Set(found) : Set(zip(places, counts).compactMap { $1 > 0 ? $0 : nil })
        unused = keepsHead ? own.indices.filter { !used.contains($0) }.map { own[$0] } : []
        number = keepsHead ? labels.first(where: known.isNumber) : nil
    }

    /// The labels of a run: those of the corpus, then those that only the base's head has, if it is kept. Dev rows may have any of them.
    /// - Throws: what the initializer throws, before there is work to lose.
    package static func labels(for corpus: [String], _ task: Task, base: String, _ choice: TuningOptions.HeadChoice) throws -> [String] {
        let folder = try ModelFolder(base)
        if choice != .reset { try folder.configuration.requireDistinctLabels() }
        return corpus + (try HeadPlan(folder, task, corpus, counts: corpus.map { _ in 1 }, choice)).unused
    }

    /// What a user may not expect of a head that is kept.
    package var messages: [String] {
        var messages: [String] = []
        if !unused.isEmpty { messages.append("the base's own head is kept, with \(quoted(unused)), which no row has") }
        if let number {
            messages.append("the labels are numbers and taken for the head's, such as \(quoted(number)) for \(quoted("LABEL_" + number))")
        }
        return messages
    }
}
