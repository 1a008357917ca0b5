/// What a teacher gives for a text is not a finite number, although its weights are.
package struct UnusableTeacher: Error, Equatable, CustomStringConvertible {
    let folder: String

    package var description: String {
        "\(folder): gives no number for a text: its weights are too large to compute with"
    }
}
