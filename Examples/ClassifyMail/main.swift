import Foundation
import Tenor

// Sorts messages to a help desk by topic, and leaves to a person what it is not sure of.
//
//   swift run -c release ClassifyMail BASE Corpora/tickets/train.csv mail-topics < mails.txt
//
// The first run tunes the model folder BASE on a table with the columns text and label, and writes the folder mail-topics; later runs
// only load that. Standard input holds a message a line.

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 3 else {
    print("usage: ClassifyMail BASE TABLE FOLDER < MESSAGES")
    exit(64)
}
let (base, table, folder) = (arguments[1], arguments[2], arguments[3])

do {
    if !FileManager.default.fileExists(atPath: folder) {
        var tuner = Tuner(base: base)
        tuner.metric = .macroF1  // topics are of different sizes, and each matters
        let summary = try tuner.tune(try LabelledText.read(table), output: folder) { progress in
            if case .epoch(let epoch) = progress, let dev = epoch.dev {
                print("epoch \(epoch.number): \(Int(dev.accuracy * 100)) % of \(dev.rows) messages kept aside are right")
            }
        }
        print("tuned for \(summary.labels.joined(separator: ", "))")
    }

    let classifier = try Classifier(folder: folder)
    var messages: [String] = []
    while let line = readLine() { messages.append(line) }
    for (message, answer) in zip(messages, classifier.classify(messages)) {
        let topic = answer.probability >= 0.6 ? answer.label : "for a person (\(answer.label)?)"
        print("\(topic): \(message)")
    }
} catch {
    FileHandle.standardError.write(Data("ClassifyMail: \(error)\n".utf8))
    exit(1)
}
