import TenorModeling
import TenorReading

/// What becomes of the base's own head in a run. Nothing that it knows is dropped unless that is asked for.
package struct HeadPlan: Sendable {
    /// The labels of the base's own head; empty if it has none.
    package let own: [String]
    /// Whether training continues with the base's own head, rather than a new one.
    package let keepsHead: Bool
    /// The labels that the kept head lacks and that are added to it, in the corpus's order.
    package let added: [String]
    /// For each of the corpus's labels its index in the model.
    let order: [Int]
    /// The labels of the kept head that no row has.
    package let unused: [String]
    /// The first of the corpus's labels that is a number and stands for a placeholder of the kept head; nil if there is none.
    package let number: String?

    /// Without a choice, the head is kept if it has all labels of the corpus, and it grows if it has some of them or if there are old rows,
    /// which are for its own labels. Only heads for one label each grow. Numbers stand for placeholders only if there are as many.
    ///
    /// - Parameters:
    ///   - labels: those of the run; see ``labels(for:base:_:)``.
    ///   - counts: the number of rows with each of them.
    ///   - hasOldRows: whether rows that the base was tuned on before are trained on again.
    /// - Throws: ``HeadMismatch`` if the head is to be kept and lacks a label of the corpus; ``HeadOverlap`` if there is no choice, it has
    ///   some of the corpus's labels and lacks others, and it cannot grow; ``LabelLikeOld`` if a new label is like one of its own;
    ///   ``NoHeadForOldRows`` if there are old rows and no head.
    init(
        _ folder: ModelFolder, _ task: Task, _ labels: [String], counts: [Int], _ choice: TuningOptions.HeadChoice, hasOldRows: Bool
    ) throws {
        let ownTask = try folder.hasOwnHead() ? folder.task() : nil
        if hasOldRows, ownTask == nil { throw NoHeadForOldRows(folder: folder.path) }
        if choice == .keep || hasOldRows, let ownTask, ownTask != task {
            throw HeadOfOtherTask(folder: folder.path, own: ownTask, needed: task)
        }
        // A head for another task is of no use, whatever its labels are called.
        let own = ownTask == task ? try folder.labels() : []
        let known = KnownLabels(own)
        let places = labels.map { known.index(of: $0) }
        let found = places.compactMap { $0 }
        let isCovered = !own.isEmpty && found.count == labels.count && Set(found).count == found.count
        let hasNumbers = labels.contains(where: known.isNumber)
        if choice == .keep, !isCovered { throw HeadMismatch(folder: folder.path, own: own, corpus: labels) }
        let overlaps = choice == .automatic && !isCovered && (hasOldRows || !hasNumbers && !found.isEmpty)
        let new = zip(labels, places).filter { $1 == nil }.map(\.0)
        let grows = overlaps && task == .singleLabel && Set(found).count == found.count
        if overlaps, !grows { throw HeadOverlap(folder: folder.path, own: own, new: new) }
        let keepsCovered = choice == .automatic && isCovered && (!hasNumbers || hasOldRows || found.count == own.count)
        let keepsHead = choice == .keep || keepsCovered || grows
        if grows, let label = new.first(where: { known.label(like: $0) != nil }) {
            throw LabelLikeOld(folder: folder.path, new: label, own: known.label(like: label)!)
        }
        (self.own, self.keepsHead) = (own, keepsHead)
        added = grows ? new : []
        // The added labels follow the head's own, in order.
        var next = own.count..<own.count + new.count
        order = keepsHead ? places.map { $0 ?? next.removeFirst() } : Array(labels.indices)
        let used = task == .regression ? Set(found) : Set(zip(places, counts).compactMap { $1 > 0 ? $0 : nil })
        unused = keepsHead ? own.indices.filter { !used.contains($0) }.map { own[$0] } : []
        number = keepsHead ? labels.first(where: known.isNumber) : nil
    }

    /// The labels of a run: those of the corpus, then those that only the base's head has, if it is kept. Dev rows may have any of them.
    /// - Throws: what the initializer throws, before there is work to lose.
    package static func labels(
        for corpus: [String], _ task: Task, base: String, _ choice: TuningOptions.HeadChoice, hasOldRows: Bool = false
    ) throws -> [String] {
        let folder = try ModelFolder(base)
        if choice != .reset { try folder.configuration.requireDistinctLabels() }
        let plan = try HeadPlan(folder, task, corpus, counts: corpus.map { _ in 1 }, choice, hasOldRows: hasOldRows)
        return corpus + plan.unused
    }

    /// For each of the labels of a head that is kept its index in the labels of a run, which has them all.
    package static func places(of own: [String], in labels: [String]) -> [Int] {
        let known = KnownLabels(own)
        var places = [Int](repeating: 0, count: own.count)
        for (index, label) in labels.enumerated() { if let place = known.index(of: label) { places[place] = index } }
        return places
    }

    /// What a user may not expect of a head that is kept.
    package var messages: [String] {
        var messages: [String] = []
        if !added.isEmpty { messages.append("the base's own head grows by \(quoted(added))") }
        if !unused.isEmpty { messages.append("the base's own head is kept, with \(quoted(unused)), which no row has") }
        if let number {
            messages.append("the labels are numbers and taken for the head's, such as \(quoted(number)) for \(quoted("LABEL_" + number))")
        }
        return messages
    }
}
