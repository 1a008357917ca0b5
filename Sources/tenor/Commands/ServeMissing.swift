import ArgumentParser

/// Stands for `tenor serve` in a program that was built without it, and says how to get it.
struct ServeMissing: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() throws {
        throw Unavailable(
            description: "this program was built without 'serve'; 'make build' in Tenor's sources builds one that has it, "
                + "as does 'swift build' with TENOR_SERVER=1 in the environment")
    }
}
