import ArgumentParser

/// The model that training starts from.
struct BaseOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("The model folder to start from (default: the base that comes with Tenor, for English).", valueName: "dir"),
        completion: .directory)
    var model: String?

    func validate() throws {
        if model == nil, ShippedFolder.base == nil {
            throw ValidationError("--model is missing, and no base came with this program; name a folder with a pre-trained model")
        }
    }

    /// The folder. There is one after ``validate()``.
    var folder: String { model ?? ShippedFolder.base ?? "" }
}
