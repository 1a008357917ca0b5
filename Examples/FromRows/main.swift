import Foundation
import Tenor

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 3 else {
    print("usage: FromRows BASE TABLE FOLDER")
    exit(64)
}
let (base, table, folder) = (arguments[1], arguments[2], arguments[3])

var rows = try LabelledText.read(table)
rows.shuffle()
let test = Array(rows.prefix(rows.count / 5))
let train = Array(rows.dropFirst(rows.count / 5))

var tuner = Tuner(base: base)
tuner.seed = 7
let summary = try tuner.tune(train, output: folder) { progress in
    if case .compared(let way, let accuracy) = progress {
        print("\(way): accuracy \(accuracy)")
    }
}
if let scores = summary.crossValidated {
    print("on held-out training rows: \(scores.accuracy)")
}

let classifier = try Classifier(folder: folder)
let scores = try classifier.evaluate(test)
print("test accuracy \(scores.accuracy)")
print("95 % interval \(scores.accuracyInterval)")

let answer = classifier.classify("My parcel was due on Monday.")
print(answer.label, answer.probability)
for choice in answer.choices.prefix(3) {
    print("  \(choice.label): \(choice.probability)")
}
