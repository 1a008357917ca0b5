/// A check found what spoils training.
struct SpoiledCorpus: Error, CustomStringConvertible {
    let corpus: String
    let findings: [String]

    var description: String { "\(corpus): \(findings.joined(separator: ", ")) to be corrected before training" }
}
