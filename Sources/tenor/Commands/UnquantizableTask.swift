import ArgumentParser
import TenorModeling

/// What int8 costs is measured for classifiers that give one label.
struct UnquantizableTask: Error, CustomStringConvertible {
    let folder: String
    let task: Task

    var description: String { "\(folder): is for \(task.name); only classifiers that give one label can be quantized" }
}
