/// The layers of a model share weights or differ in kind.
package struct UnlikeLayers: Error, Equatable, CustomStringConvertible {
    let file: String
    let modelType: String

    package var description: String {
        "\(file): the layers of a '\(modelType)' are not alike or share their weights, so none can be left out; name a folder as the student"
    }
}
